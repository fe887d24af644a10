"""Everything on a cluster that carries a target's labels, over all kinds, metadata only."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Forbidden, Unauthorized, Unreachable
from dlctl.manifest import GroupKind, JsonObject, ObjectRef
from dlctl.plan.live.ownership import selected, was_applied_by_us
from dlctl.plan.model import Scope
from dlctl.plan.parallel import in_parallel

_VERSION = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?\Z")
_STAGES = {"": 2, "beta": 1, "alpha": 0}


@dataclass(frozen=True, slots=True)
class LabelledObject:
    """An object that carries the labels: only its metadata is known."""

    ref: ObjectRef
    resource: Resource
    metadata: JsonObject

    @property
    def uid(self) -> str:
        """The object's UID."""
        return str(self.metadata.get("uid") or "")

    @property
    def body(self) -> JsonObject:
        """The object as far as it is known."""
        api_version, kind = self.resource.api_version, self.resource.kind
        return {"apiVersion": api_version, "kind": kind, "metadata": self.metadata}


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found, in no special order, and which kinds could not be looked at."""

    objects: tuple[LabelledObject, ...]
    unseen: tuple[GroupKind, ...] = ()


def scan(cluster: Cluster, scope: Scope, threads: int, namespaces: Iterable[str] = ()) -> Scan:
    """Our own objects of the selected components: what dlctl applied, not what controllers made of it.

    All namespaces are looked at where the user may, else the scope's and the given ones.
    """
    places = tuple(sorted({scope.namespace, *namespaces} - {""}))
    resources = deletable(cluster.resources())
    answers = in_parallel(
        lambda resource: _carried(cluster, resource, scope.selector, places), resources, threads
    )
    found: dict[str, LabelledObject] = {}
    for objects in answers:
        for carried in objects or ():
            if was_applied_by_us(carried.body) and selected(carried.body, scope):
                # One object may be served under two kinds (Ingress was): its UID tells.
                found.setdefault(carried.uid, carried)
    unseen = [
        resource.group_kind for resource, objects in zip(resources, answers, strict=True) if objects is None
    ]
    return Scan(tuple(found.values()), tuple(unseen))


def deletable(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """One resource per kind that can be listed and deleted, in its best version."""
    best: dict[GroupKind, Resource] = {}
    for resource in resources:
        if not {"list", "delete"} <= resource.verbs:
            continue
        known = best.get(resource.group_kind)
        if known is None or version_rank(resource.version) > version_rank(known.version):
            best[resource.group_kind] = resource
    return tuple(best[group_kind] for group_kind in sorted(best))


def version_rank(version: str) -> tuple[int, int, int]:
    """Stable before beta before alpha, higher before lower (apimachinery, pkg/version/helpers.go)."""
    match = _VERSION.match(version)
    if match is None:
        return (-1, 0, 0)
    return _STAGES[match[2] or ""], int(match[1]), int(match[3] or 0)


def _carried(
    cluster: Cluster, resource: Resource, selector: str, places: tuple[str, ...]
) -> tuple[LabelledObject, ...] | None:
    """None where the kind could not be listed."""
    try:
        return _listed(cluster, resource, "", selector)
    except (Unreachable, Unauthorized):
        raise
    except Forbidden:
        if not resource.namespaced:
            return None
    except ClusterError:
        return None
    try:
        return tuple(carried for place in places for carried in _listed(cluster, resource, place, selector))
    except Forbidden:
        return None


def _listed(
    cluster: Cluster, resource: Resource, namespace: str, selector: str
) -> tuple[LabelledObject, ...]:
    return tuple(
        LabelledObject(_ref(resource, body["metadata"]), resource, body["metadata"])
        for body in cluster.list(resource, namespace, labels=selector, metadata_only=True)
    )


def _ref(resource: Resource, metadata: JsonObject) -> ObjectRef:
    namespace, name = str(metadata.get("namespace") or ""), str(metadata.get("name") or "")
    return ObjectRef(resource.group, resource.kind, namespace, name)
