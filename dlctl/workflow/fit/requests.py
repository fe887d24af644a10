"""The pods that the objects of components make, as requests to place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from dlctl.kinds.field_path import at
from dlctl.kinds.made_pods import PodsOf, pods_of
from dlctl.kinds.object_shape import object_violations
from dlctl.manifest import Manifest
from dlctl.nodes.fit.model import PodRequest
from dlctl.workflow.fit.runtimes import Runtimes, runtime_of

NO_RUNTIMES: Runtimes = MappingProxyType({})


class Unchecked(Struct, frozen=True):
    """An object whose pods are not known from it."""

    component: str
    name: str
    why: str


class Requests(Struct, frozen=True):
    """The pods of all objects, and the objects of which they are not known."""

    pods: tuple[PodRequest, ...]
    unchecked: tuple[Unchecked, ...]


def requests_of(manifests: Iterable[Manifest], runtimes: Runtimes = NO_RUNTIMES) -> Requests:
    """What objects ask for, in their order; an object with an invalid pod template is not checked.

    `runtimes` are those that TrainJobs refer to.
    """
    pods: list[PodRequest] = []
    unchecked: list[Unchecked] = []
    groups: dict[tuple[str, str], int] = {}
    for manifest in manifests:
        if manifest.ref.kind == "PodGroup":
            minimum = at(manifest.body, "spec.minMember")
            groups[manifest.ref.namespace, manifest.ref.name] = minimum if isinstance(minimum, int) else 1
        if wrong := object_violations(manifest.body, manifest.pods):
            unchecked.append(Unchecked(manifest.component, _name(manifest), str(wrong[0])))
            continue
        runtime = runtime_of(manifest)
        made = pods_of(manifest.body, runtimes.get(runtime) if runtime else None, manifest.pods)
        if made.checked:
            pods.extend(_requests(manifest, made))
        else:
            unchecked.append(Unchecked(manifest.component, _name(manifest), made.unknown))
    return Requests(tuple(_in_gangs(pods, groups)), tuple(unchecked))


def _name(manifest: Manifest) -> str:
    return f"{manifest.ref.kind}/{manifest.ref.name}"


def _in_gangs(pods: Sequence[PodRequest], groups: Mapping[tuple[str, str], int]) -> Iterator[PodRequest]:
    """The requests, each with the minimum of the PodGroup that its pods name."""
    for each in pods:
        name = next((every[key] for every, key in _group_keys(each) if key in every), "")
        minimum = groups.get((each.namespace, name), 0)
        members = sum(
            other.count or 0 for other in pods if (other.kind, other.name) == (each.kind, each.name)
        )
        yield replace(each, minimum=min(minimum, members)) if minimum and not each.minimum else each


def _group_keys(request: PodRequest) -> Iterator[tuple[Mapping[str, str], str]]:
    """Where the pods of a gang name their PodGroup: Volcano and kube-batch, and the coscheduling plugin."""
    yield request.annotations, "scheduling.k8s.io/group-name"
    yield request.annotations, "scheduling.volcano.sh/group-name"
    yield request.labels, "scheduling.x-k8s.io/pod-group"


def _requests(manifest: Manifest, made: PodsOf) -> Iterator[PodRequest]:
    metadata = manifest.body.get("metadata") or {}
    for each in made.pods:
        if each.count == 0:
            continue
        yield PodRequest(
            manifest.ref.namespace,
            each.spec,
            each.metadata.get("labels") or {},
            each.metadata.get("annotations") or {},
            each.count,
            each.role,
            each.path,
            manifest.ref.kind,
            manifest.ref.name,
            manifest.component,
            made.minimum,
            metadata.get("labels") or {},
            metadata.get("annotations") or {},
            manifest.body.get("spec") or {},
            made.unknown,
            made.in_turns,
            each.count_path,
        )
