"""The pods that an object makes, by the table of pod templates."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.kinds.field_path import ANY_ITEM, ANY_KEY, Step, at, every, steps, written
from dlctl.kinds.inline_pods import inline_spec, train_job_spec
from dlctl.kinds.pod_templates import POD_KINDS, PODLESS, UNREAD, Count, Gang, PodKind, Role, Shape, pod_kind
from dlctl.kinds.train_runtime import pods_by_runtime
from dlctl.manifest import GroupKind, JsonObject, PodPlace, ref_of

TRAIN_JOB = GroupKind("trainer.kubeflow.org", "TrainJob")


class MadePods(Struct, frozen=True):
    """The pods of one template: `count` of them, or one for each node where that is None.

    `path` leads to the pod's spec in the object, `count_path` to the field that says how many; it is empty
    where none does. `metadata` is the template's.
    """

    role: str
    count: int | None
    path: str
    metadata: Mapping[str, Any]
    spec: Mapping[str, Any]
    count_path: str = ""


class PodsOf(Struct, frozen=True):
    """What an object makes. `checked` is false where its pods are not known from the object.

    `minimum` pods start together or not at all; 0: each starts for itself. `unknown` says what is not known.
    """

    pods: tuple[MadePods, ...] = ()
    minimum: int = 0
    checked: bool = True
    unknown: str = ""
    in_turns: bool = False


def pods_of(
    body: JsonObject, runtime: JsonObject | None = None, stated: Sequence[PodPlace] | None = None
) -> PodsOf:
    """The pods that an object makes; none for an object that makes none.

    `runtime` is a TrainJob's. `stated` is what a package states of a kind that the table does not have.
    """
    kind = ref_of(body).group_kind
    known = pod_kind(kind, stated)
    if known is None:
        return _of_other(kind, body)
    if kind == TRAIN_JOB:
        return _of_train_job(body, known) if runtime is None else _by_runtime(body, known, runtime)
    pods = tuple(pods for role in known.roles for pods in _of_role(body, known, role))
    return PodsOf(pods, _minimum(body, known, pods), unknown=known.unknown, in_turns=known.in_turns)


def makes_pods(body: JsonObject) -> bool:
    """Whether an object is of a kind that makes pods, however many; true where they are not known from it."""
    kind = ref_of(body).group_kind
    return kind in POD_KINDS or not _of_other(kind, body).checked


def _of_other(kind: GroupKind, body: JsonObject) -> PodsOf:
    if kind in UNREAD or (kind not in PODLESS and _has_containers(body)):
        return PodsOf(checked=False, unknown=f"which pods a {kind.kind} creates is not known from the object")
    return PodsOf()


def _has_containers(value: Any) -> bool:
    """Whether a pod's spec is somewhere inside: a mapping with a list of containers."""
    if isinstance(value, list):
        return any(map(_has_containers, value))
    if not isinstance(value, Mapping):
        return False
    containers = value.get("containers")
    if isinstance(containers, list) and any(isinstance(each, Mapping) for each in containers):
        return True
    return any(map(_has_containers, value.values()))


def _of_train_job(body: JsonObject, known: PodKind) -> PodsOf:
    spec, path = train_job_spec(body)
    runtime = at(body, "spec.runtimeRef.name")
    unknown = f"what runtime '{runtime}' says of the pods is not known here"
    if spec is None:
        return PodsOf(checked=False, unknown=f"{unknown}, and spec.trainer.resourcesPerNode is not set")
    count = _number(body, known.roles[0].counts, ())
    pods = MadePods("node", count, path, {}, spec, _count_path(body, known.roles[0].counts, ()))
    return PodsOf((pods,), _in_queue(body) and count, unknown=unknown)


def _by_runtime(body: JsonObject, known: PodKind, runtime: JsonObject) -> PodsOf:
    stated = _count_path(body, known.roles[0].counts, ())
    pods = tuple(
        MadePods(
            each.role, each.count, each.path, each.metadata, each.spec, stated if each.role == "node" else ""
        )
        for each in pods_by_runtime(body, runtime)
    )
    return PodsOf(pods, _in_queue(body) and sum(each.count or 0 for each in pods))


def _of_role(body: JsonObject, kind: PodKind, role: Role) -> Iterator[MadePods]:
    for path in role.path.split("|"):
        found = [(taken, value) for taken, value in every(body, path) if isinstance(value, Mapping)]
        for taken, value in found:
            count = None if kind.per_node else _number(body, role.counts, taken)
            name = _role_name(body, role, path, taken)
            stated = _count_path(body, role.counts, taken)
            if role.shape is Shape.SPEC:
                metadata, spec = _inline_metadata(value), inline_spec(value)
                yield MadePods(name, count, written(taken), metadata, spec, stated)
            else:
                stated_spec, metadata = _mapping(value.get("spec")), _mapping(value.get("metadata"))
                spec = {key: each for key, each in stated_spec.items() if key not in kind.pruned}
                yield MadePods(name, count, written((*taken, "spec")), metadata, spec, stated)
        if found:
            return


def _inline_metadata(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value.get(key) for key in ("labels", "annotations")}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _role_name(body: JsonObject, role: Role, path: str, taken: Sequence[Step]) -> str:
    if "." in role.name:
        return str(at(body, role.name, taken) or written(taken))
    if role.name:
        return role.name
    keys = [taken[n] for n, step in enumerate(steps(path)) if step in (ANY_KEY, ANY_ITEM)]
    return str(keys[-1]) if keys else ""


def _number(body: JsonObject, counts: Sequence[Count], taken: Sequence[Step]) -> int:
    total = 1
    for count in counts:
        stated = [n for n in (_integer(at(body, path, taken)) for path in count.paths) if n is not None]
        if count.largest or (count.paths and _integer(at(body, count.paths[0], taken)) is None):
            stated.append(count.default)
        chosen = max(stated) if count.largest else min(stated)
        parts = _integer(at(body, count.per, taken)) if count.per else None
        total *= max(0, (chosen // parts if parts else chosen) - count.less)
    return total


def _count_path(body: JsonObject, counts: Sequence[Count], taken: Sequence[Step]) -> str:
    """The field that says how many pods there are: the first that is stated."""
    for path in (path for count in counts for path in count.paths):
        if at(body, path, taken) is not None:
            bound = [taken[n] if step in (ANY_KEY, ANY_ITEM) else step for n, step in enumerate(steps(path))]
            return written(bound)
    return ""


def _integer(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 20 else None


def _minimum(body: JsonObject, kind: PodKind, pods: Sequence[MadePods]) -> int:
    every_pod = sum(each.count or 0 for each in pods)
    if _is_gang(body, kind, pods):
        stated = _integer(at(body, kind.minimum)) if kind.minimum else None
        return min(stated or every_pod, every_pod)
    return every_pod if _in_queue(body) else 0


def _is_gang(body: JsonObject, kind: PodKind, pods: Sequence[MadePods]) -> bool:
    """Whether the number at the kind's `minimum` is that of the pods that start together."""
    if kind.gang in (Gang.ALWAYS, Gang.NEVER):
        return kind.gang is Gang.ALWAYS
    if kind.gang is Gang.POLICY and kind.minimum and at(body, kind.minimum.rpartition(".")[0]):
        return True
    if kind.gang is Gang.GROUP and _in_queue(body):
        return True
    return any(str(each.spec.get("schedulerName")) in GANG_SCHEDULERS for each in pods)


def _in_queue(body: JsonObject) -> bool:
    """Whether Kueue admits the object: all of its pods or none."""
    return bool(at(body, f"metadata.labels[{KUEUE_QUEUE}]"))


GANG_SCHEDULERS = frozenset({"volcano", "kube-batch"})
KUEUE_QUEUE = "kueue.x-k8s.io/queue-name"
