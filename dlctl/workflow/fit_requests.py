"""The pods that the objects of components make, as requests to place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dlctl.kinds.made_pods import PodsOf, pods_of
from dlctl.manifest import Manifest
from dlctl.nodes.fit.model import PodRequest


@dataclass(frozen=True, slots=True)
class Unchecked:
    """An object whose pods are not known from it."""

    component: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Requests:
    """The pods of all objects, and the objects of which they are not known."""

    pods: tuple[PodRequest, ...]
    unchecked: tuple[Unchecked, ...]


def requests_of(manifests: Iterable[Manifest]) -> Requests:
    """What objects ask for, in their order."""
    pods: list[PodRequest] = []
    unchecked: list[Unchecked] = []
    for manifest in manifests:
        made = pods_of(manifest.body)
        if made.checked:
            pods.extend(_requests(manifest, made))
        else:
            name = f"{manifest.ref.kind}/{manifest.ref.name}"
            unchecked.append(Unchecked(manifest.component, name, made.unknown))
    return Requests(tuple(pods), tuple(unchecked))


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
