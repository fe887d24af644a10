"""Claims of storage, and the nodes that their volumes can be on.

Follows plugins/volumebinding (binder.go: FindPodVolumes), plugins/volumezone and plugins/volumerestrictions
of kube-scheduler. The number of volumes that a node may attach (CSINode) and the capacity that a driver has
left (CSIStorageCapacity) are not read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any

from msgspec import Struct

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.claim_templates import claim_templates, kept_claims
from dlctl.nodes.fit.filters.node_affinity import NodeTerm, required_terms
from dlctl.nodes.fit.filters.volume_match import class_of, could_bind, free_volume
from dlctl.nodes.fit.model import Constraint, Lasting, NodeState, Obstacle, Pod, Storage
from dlctl.nodes.fit.usage import Usage, claims_of

FIELD = "volumes"
_BOUND = "pv.kubernetes.io/bind-completed"
_LABELS = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")
_STORAGE = frozenset({"persistentvolumes", "storageclasses"})
_OLD_LABELS = {f"failure-domain.beta.kubernetes.io/{label.rpartition('/')[2]}": label for label in _LABELS}


class _Everywhere(Struct, frozen=True):
    """A claim that no node satisfies now."""

    message: str
    lasting: Lasting = Lasting.CHANGES


class Volumes:
    """The claims of one pod. Of kinds that are `unread` nothing is concluded."""

    def __init__(self, pod: Pod, usage: Usage, storage: Storage, unread: Set[str] = frozenset()) -> None:
        self._unread = unread
        self._namespace = pod.namespace
        self._storage = storage
        self._names = sorted(claims_of(pod.spec)) if "persistentvolumeclaims" not in unread else []
        self._everywhere: list[_Everywhere] = []
        self._volumes: list[JsonObject] = []
        self._unbound: list[JsonObject] = []
        self._exclusive = False
        self._taken = 0
        self._of_each = [] if unread & _STORAGE else list(claim_templates(pod.request))
        self._kept = kept_claims(pod.request, storage.claims) if self._of_each else {}
        self._used: list[list[str]] = []
        for name in self._names:
            self._read(name, usage)

    def _read(self, name: str, usage: Usage) -> None:
        claim = _named(self._storage.claims, name, self._namespace)
        if claim is None:
            self._everywhere.append(_Everywhere(f"claim {name} does not exist"))
        elif (claim.get("metadata") or {}).get("deletionTimestamp"):
            self._everywhere.append(_Everywhere(f"claim {name} is being deleted"))
        else:
            self._judge(name, claim, usage)

    def _judge(self, name: str, claim: JsonObject, usage: Usage) -> None:
        spec, annotations = claim.get("spec") or {}, (claim.get("metadata") or {}).get("annotations") or {}
        if "ReadWriteOncePod" in (spec.get("accessModes") or ()):
            self._exclusive = True
            if any(name in pod.claims and pod.namespace == self._namespace for _, pod in usage.pods()):
                message = f"claim {name} is ReadWriteOncePod and another pod has it"
                self._everywhere.append(_Everywhere(message, Lasting.HELD))
        if spec.get("volumeName") and _BOUND in annotations:
            volume = _named(self._storage.volumes, str(spec["volumeName"]))
            if volume is None and "persistentvolumes" not in self._unread:
                self._everywhere.append(_Everywhere(f"volume {spec['volumeName']} does not exist"))
            elif volume is not None:
                self._volumes.append(volume)
        elif self._unread & _STORAGE:
            return
        elif (class_of(claim, self._storage.classes) or {}).get(
            "volumeBindingMode"
        ) == "WaitForFirstConsumer":
            self._unbound.append(claim)
        elif not claim.get("planned"):
            self._everywhere.append(_Everywhere(f"claim {name} is not bound to a volume"))

    def obstacles(self, node: NodeState) -> Iterator[Obstacle]:
        """The claims for which a node will not do."""
        for each in self._everywhere:
            yield Obstacle(Constraint.VOLUME, each.message, FIELD, each.lasting)
        for volume in self._volumes:
            name = (volume.get("metadata") or {}).get("name")
            if not reaches(volume, node):
                yield Obstacle(Constraint.VOLUME, f"volume {name} is not on it", FIELD)
        for claim in self._unbound:
            if not could_bind(claim, self._storage, lambda volume: reaches(volume, node), node.labels):
                name = claim["metadata"]["name"]
                yield Obstacle(Constraint.VOLUME, f"no volume for claim {name} on it", FIELD, Lasting.CHANGES)
        for claim, bound in self._of_next():
            name = claim["metadata"]["name"]
            if bound is not None:
                if not reaches(bound, node):
                    yield Obstacle(Constraint.VOLUME, f"the volume of claim {name} is not on it", FIELD)
            elif not could_bind(claim, self._storage, self._reached_from(node), node.labels):
                message = f"no volume for the claim {name} of each pod on it"
                yield Obstacle(Constraint.VOLUME, message, FIELD, Lasting.CHANGES)

    @property
    def numbered(self) -> bool:
        """Whether pods have claims of their own already: a node may do for one and not for another."""
        return bool(self._kept)

    def _of_next(self) -> Iterator[tuple[JsonObject, JsonObject | None]]:
        """The claims that the next pod has for itself, each with the volume that it is bound to."""
        for template in self._of_each:
            claim = self._kept.get((template["metadata"]["name"], len(self._used)), template)
            bound = (claim.get("spec") or {}).get("volumeName") if claim is not template else None
            yield claim, _named(self._storage.volumes, str(bound)) if bound else None

    def _reached_from(self, node: NodeState) -> Callable[[JsonObject], bool]:
        """Whether a volume can be used on a node, and no pod of this kind has it."""
        used = {name for names in self._used for name in names}
        return lambda volume: _name(volume) not in used and reaches(volume, node)

    def placed(self, node: NodeState) -> None:
        """A claim of ReadWriteOncePod is taken by the first pod; its own claims take volumes."""
        if self._of_each:
            wanted = [claim for claim, bound in self._of_next() if bound is None]
            self._used.append([])
            for claim in wanted:
                volume = free_volume(claim, self._storage, self._reached_from(node))
                if volume is not None:
                    self._used[-1].append(_name(volume))
        if self._exclusive:
            message = "a claim is ReadWriteOncePod and another of these pods has it"
            self._everywhere.append(_Everywhere(message, Lasting.ALWAYS))
            self._taken += 1

    def forget(self) -> None:
        """None of these pods has a claim."""
        self._used.clear()
        if self._taken:
            del self._everywhere[-self._taken :]
            self._taken = 0


def _name(body: JsonObject) -> str:
    return str((body.get("metadata") or {}).get("name"))


def _named(bodies: Sequence[JsonObject], name: str, namespace: str = "") -> JsonObject | None:
    for body in bodies:
        metadata = body.get("metadata") or {}
        if metadata.get("name") == name and (metadata.get("namespace") or "") == namespace:
            return body
    return None


def reaches(volume: JsonObject, node: NodeState) -> bool:
    """Whether a volume can be used on a node: its node affinity, and its labels of zone and region."""
    required = ((volume.get("spec") or {}).get("nodeAffinity") or {}).get("required")
    if required is not None and not _any(required_terms(required), node):
        return False
    return _in_zone((volume.get("metadata") or {}).get("labels") or {}, node)


def _any(terms: Sequence[NodeTerm], node: NodeState) -> bool:
    return any(term.matches(node) for term in terms)


def _in_zone(labels: Mapping[str, Any], node: NodeState) -> bool:
    if not any(key in node.labels for key in (*_LABELS, *_OLD_LABELS)):
        return True
    for key in (*_LABELS, *_OLD_LABELS):
        if key in labels:
            value = node.labels.get(key, node.labels.get(_OLD_LABELS.get(key, key)))
            if value not in str(labels[key]).split("__"):
                return False
    return True
