"""What queues and gang schedulers make for jobs, and hold instead of them."""

from collections.abc import Iterator, Mapping

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.cluster.versions import one_version
from dlctl.errors import ClusterError
from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import text_at
from dlctl.status.readiness import Holds, Layer, Readiness, Rules

Objects = tuple[JsonObject, ...]


class Holders:
    """The holders of jobs, of the kinds that readiness files name: each is listed once in a namespace."""

    def __init__(self, cluster: Cluster, rules: Rules) -> None:
        self._cluster = cluster
        self._rules = rules
        self._served: Mapping[GroupKind, Resource] | None = None
        self._listed: dict[tuple[GroupKind, str], Objects | None] = {}

    def of(self, job: JsonObject, layer: Layer) -> Objects:
        """What holds a job on a layer. What is not served, or may not be read, is left out."""
        kinds = (each for each in self._rules.holders if each.holds and each.holds.layer is layer)
        return tuple(body for kind in kinds for body in self._of_kind(job, kind) or ())

    def missing(self, job: JsonObject) -> Iterator[Readiness]:
        """The kinds of which there should be one for a job, by its label, and is none."""
        for kind in self._rules.holders:
            label = kind.holds.job_label if kind.holds else ""
            if text_at(job, "metadata", "labels", label) and self._of_kind(job, kind) == ():
                yield kind

    def _of_kind(self, job: JsonObject, kind: Readiness) -> Objects | None:
        key = kind.kind, text_at(job, "metadata", "namespace")
        if key not in self._listed:
            self._listed[key] = self._list(*key)
        found, uid = self._listed[key], text_at(job, "metadata", "uid")
        if found is None or kind.holds is None:
            return None
        return tuple(each for each in found if uid in _owners(each, kind.holds))

    def _list(self, kind: GroupKind, namespace: str) -> Objects | None:
        try:
            if self._served is None:
                self._served = one_version(self._cluster.resources())
            resource = self._served.get(kind)
            return None if resource is None else tuple(self._cluster.list(resource, namespace))
        except ClusterError:
            return None


def _owners(body: JsonObject, holds: Holds) -> set[str]:
    """The UIDs of an object's owners, by reference or label."""
    owners = (body.get("metadata") or {}).get("ownerReferences")
    uids = {text_at(owner, "uid") for owner in (owners if isinstance(owners, list) else ())}
    return {*uids, text_at(body, "metadata", "labels", holds.owner_label)}
