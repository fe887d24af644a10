"""What rendered components need of a cluster: kinds, classes, queues, runtimes and nodes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dlctl.app.cluster_snapshot import SECTIONS
from dlctl.kinds import is_definition, read_definition
from dlctl.kinds.field_path import at
from dlctl.kinds.made_pods import pods_of
from dlctl.kinds.object_shape import object_violations
from dlctl.kinds.pod_shape import POD_SPEC
from dlctl.kinds.shape import Violation, violations
from dlctl.manifest import GroupKind, Manifest, ObjectRef, group_kind_of
from dlctl.nodes.inventory.placement import placement_of
from dlctl.nodes.inventory.pod_specs import pod_specs
from dlctl.plan.requirements import KindRequirement
from dlctl.workflow.needs.model import KindNeed, Needs, ObjectNeed, PodNeed

_KNOWN = {kind.kind: kind for kinds in SECTIONS.values() for kind in kinds}
_VOLCANO_QUEUE = GroupKind("scheduling.volcano.sh", "Queue")
_NAMESPACED = frozenset({_KNOWN["LocalQueue"], _KNOWN["TrainingRuntime"]})
_FIELDS: Mapping[str, GroupKind] = {
    "storageClassName": _KNOWN["StorageClass"],
    "runtimeClassName": _KNOWN["RuntimeClass"],
    "priorityClassName": _KNOWN["PriorityClass"],
    "ingressClassName": _KNOWN["IngressClass"],
    "deviceClassName": _KNOWN["DeviceClass"],
}
"""Fields that name an object of the cluster, wherever they are in an object."""
_LABELS: Mapping[str, GroupKind] = {
    "kueue.x-k8s.io/queue-name": _KNOWN["LocalQueue"],
    "volcano.sh/queue-name": _VOLCANO_QUEUE,
    "scheduling.volcano.sh/queue-name": _VOLCANO_QUEUE,
}
"""Labels and annotations that name one."""

Named = Iterator[tuple[GroupKind, str]]


def needs_of(manifests: Iterable[Manifest], requirements: Iterable[KindRequirement], namespace: str) -> Needs:
    """What these objects need, without what is among them: their CRDs, classes and queues.

    The nodes that an object with an invalid pod template needs are left out, with a note.
    Queues and runtimes of namespaces other than `namespace` are left out: a snapshot does not have them.
    """
    every = tuple(manifests)
    own = {each.ref for each in every}
    wrong = {each.ref: found[0] for each in every if (found := list(_invalid(each)))}
    sound = (each for each in every if each.ref not in wrong)
    objects = (
        ObjectNeed(each.component, kind, name)
        for each in every
        for kind, name in _objects(each.body)
        if kind not in _NAMESPACED or each.ref.namespace == namespace
    )
    return Needs(
        needed_kinds(every, requirements),
        tuple(dict.fromkeys(each for each in objects if not _among(each, own))),
        tuple(_pods(sound)),
        tuple(
            f"which nodes {ref.kind}/{ref.name} needs is not checked: {found}" for ref, found in wrong.items()
        ),
    )


def needed_kinds(
    manifests: Sequence[Manifest], requirements: Iterable[KindRequirement]
) -> tuple[KindNeed, ...]:
    """The kinds of these objects and those that are required, without those of CRDs among the objects."""
    defined = {read_definition(each.body).group_kind for each in manifests if is_definition(each.body)}
    required = tuple(requirements)
    providers = {each.key: each.provider for each in required}
    kinds = [
        KindNeed(each.component, each.api_key, True, providers.get(each.api_key, "")) for each in manifests
    ]
    kinds += [KindNeed(each.component, each.key, False, each.provider) for each in required]
    return tuple(dict.fromkeys(each for each in kinds if group_kind_of(each.key) not in defined))


def _invalid(manifest: Manifest) -> Iterator[Violation]:
    """What is wrong with the specs of an object's pods, in templates of any kind."""
    yield from object_violations(manifest.body, manifest.pods)
    for spec in _specs(manifest):
        yield from violations(spec, POD_SPEC)


def _specs(manifest: Manifest) -> Iterator[Mapping[str, Any]]:
    """The specs of an object's pods: where its package states them, else wherever there are containers."""
    if manifest.pods is None:
        yield from pod_specs(manifest.body)
    else:
        yield from (each.spec for each in pods_of(manifest.body, stated=manifest.pods).pods)


def _among(need: ObjectNeed, own: set[ObjectRef]) -> bool:
    return any((ref.group_kind, ref.name) == (need.kind, need.name) for ref in own)


def _pods(manifests: Iterable[Manifest]) -> Iterator[PodNeed]:
    seen: list[PodNeed] = []
    for manifest in manifests:
        for spec in _specs(manifest):
            owner = f"{manifest.ref.kind}/{manifest.ref.name}"
            need = PodNeed(manifest.component, owner, placement_of(spec))
            if need not in seen:
                seen.append(need)
                yield need


def _objects(body: Mapping[str, Any]) -> Named:
    yield from _in_fields(body)
    yield from _in_queue_fields(body)
    runtime = at(body, "spec.runtimeRef") if body.get("kind") == "TrainJob" else None
    if isinstance(runtime, Mapping):
        kind = _KNOWN.get(str(runtime.get("kind") or "ClusterTrainingRuntime"))
        if kind and runtime.get("name"):
            yield kind, str(runtime["name"])


def _in_fields(value: Any) -> Named:
    """Names in fields, labels and annotations at any depth."""
    if isinstance(value, Mapping):
        if "accessModes" in value and "resources" in value and not _is_bound(value):
            yield _KNOWN["StorageClass"], ""
        for key, part in value.items():
            kind = _FIELDS.get(key) or _LABELS.get(key)
            if kind and isinstance(part, str) and part:
                yield kind, part
            yield from _in_fields(part)
    elif isinstance(value, list):
        for part in value:
            yield from _in_fields(part)


def _is_bound(claim: Mapping[str, Any]) -> bool:
    """Whether a claim says which class or volume it wants; an empty class means none."""
    return claim.get("storageClassName") is not None or bool(claim.get("volumeName"))


def _in_queue_fields(body: Mapping[str, Any]) -> Named:
    """Queues of Volcano in its own kinds, and in the scheduling policy of training jobs."""
    spec = body.get("spec")
    if not isinstance(spec, Mapping):
        return
    group = str(body.get("apiVersion", "")).partition("/")[0]
    own = spec.get("queue") if group in ("batch.volcano.sh", "scheduling.volcano.sh") else None
    for name in (own, at(spec, "runPolicy.schedulingPolicy.queue")):
        if isinstance(name, str) and name:
            yield _VOLCANO_QUEUE, name
