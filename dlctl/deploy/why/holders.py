"""What queues and gang schedulers make for jobs, and hold instead of them."""

from collections.abc import Iterator

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, UnknownKind
from dlctl.manifest import JsonObject
from dlctl.status.model import text_at

Objects = tuple[JsonObject, ...]
Versions = tuple[tuple[str, str], ...]

_WORKLOAD = tuple((f"kueue.x-k8s.io/{version}", "Workload") for version in ("v1", "v1beta2", "v1beta1"))
_POD_GROUP = tuple((f"scheduling.volcano.sh/{version}", "PodGroup") for version in ("v1", "v1beta1"))
"""The kinds, in versions that there are."""


class Holders:
    """The holders of jobs: a kind is looked up once, and listed once in each namespace."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._resources: dict[Versions, Resource | None] = {}
        self._listed: dict[tuple[Versions, str], Objects | None] = {}

    def workloads(self, job: JsonObject) -> Objects | None:
        """Kueue's Workloads for a job; None where the kind is not served, or may not be read."""
        return self._made_for(job, _WORKLOAD)

    def pod_groups(self, job: JsonObject) -> Objects | None:
        """Volcano's PodGroups for a job; None where the kind is not served, or may not be read."""
        return self._made_for(job, _POD_GROUP)

    def _made_for(self, job: JsonObject, versions: Versions) -> Objects | None:
        key = versions, text_at(job, "metadata", "namespace")
        if key not in self._listed:
            self._listed[key] = self._list(*key)
        found, uid = self._listed[key], text_at(job, "metadata", "uid")
        return None if found is None else tuple(each for each in found if uid in _owners(each))

    def _list(self, versions: Versions, namespace: str) -> Objects | None:
        try:
            if versions not in self._resources:
                self._resources[versions] = next(self._served(versions), None)
            resource = self._resources[versions]
            return None if resource is None else tuple(self._cluster.list(resource, namespace))
        except ClusterError:
            return None

    def _served(self, versions: Versions) -> Iterator[Resource]:
        for api_version, kind in versions:
            try:
                yield self._cluster.resource(api_version, kind)
            except UnknownKind:
                continue


def _owners(body: JsonObject) -> set[str]:
    """The UIDs of an object's owners, by reference or label."""
    owners = (body.get("metadata") or {}).get("ownerReferences")
    uids = {text_at(owner, "uid") for owner in (owners if isinstance(owners, list) else ())}
    return {*uids, text_at(body, "metadata", "labels", "kueue.x-k8s.io/job-uid")}
