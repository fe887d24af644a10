"""The runtimes that TrainJobs refer to: those among the same objects, else those of the cluster."""

from collections.abc import Iterable, Iterator, Mapping

from dlctl.cluster.protocol import Cluster
from dlctl.errors import Forbidden, NotFound, UnknownKind
from dlctl.kinds.field_path import at
from dlctl.kinds.object_shape import object_violations
from dlctl.manifest import JsonObject, Manifest

RuntimeKey = tuple[str, str, str]
"""Kind, namespace and name; a ClusterTrainingRuntime has no namespace."""
Runtimes = Mapping[RuntimeKey, JsonObject]
_OF_CLUSTER = "ClusterTrainingRuntime"
_KINDS = (_OF_CLUSTER, "TrainingRuntime")


def runtime_of(manifest: Manifest) -> RuntimeKey | None:
    """The runtime that an object refers to; None for anything but a TrainJob."""
    reference = at(manifest.body, "spec.runtimeRef")
    if (manifest.ref.group, manifest.ref.kind) != ("trainer.kubeflow.org", "TrainJob"):
        return None
    if not isinstance(reference, Mapping) or not reference:
        return None
    kind = str(reference.get("kind") or _OF_CLUSTER)
    return kind, "" if kind == _OF_CLUSTER else manifest.ref.namespace, str(reference.get("name"))


def read_runtimes(cluster: Cluster, manifests: Iterable[Manifest]) -> Runtimes:
    """The runtimes of these TrainJobs; those that cannot be read, or are not valid, are left out."""
    every = tuple(manifests)
    found = {
        (each.ref.kind, "" if each.ref.kind == _OF_CLUSTER else each.ref.namespace, each.ref.name): each.body
        for each in every
        if each.ref.kind in _KINDS
    }
    runtimes = {**found, **dict(_live(cluster, every, found))}
    return {key: body for key, body in runtimes.items() if not object_violations(body)}


def _live(
    cluster: Cluster, manifests: Iterable[Manifest], known: Runtimes
) -> Iterator[tuple[RuntimeKey, JsonObject]]:
    wanted = {key: each.api_version for each in manifests if (key := runtime_of(each)) and key not in known}
    for (kind, namespace, name), version in wanted.items():
        try:
            resource = cluster.resource(version, kind)
            yield (kind, namespace, name), cluster.get(resource, name, namespace)
        except (Forbidden, NotFound, UnknownKind):
            continue
