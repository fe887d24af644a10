"""Why the pods of jobs are not made, by the warnings of their namespace: quotas, admission."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.manifest import JsonObject
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.options import THREADS
from dlctl.plan.parallel import in_parallel
from dlctl.status import Status


class Told(Struct, frozen=True):
    """An object with what its pods say; `explained` where that is a cause."""

    status: ObjectStatus
    explained: bool = False
    pods: Sequence[JsonObject] = ()

    @property
    def may_be_refused(self) -> bool:
        """Whether warnings may say why a job has no pods, or too few."""
        verdict = self.status.verdict
        waits = verdict.status is Status.IN_PROGRESS and verdict.may_lack_pods
        return waits and not self.explained and bool(self.status.uid)


def with_warnings(told: Sequence[Told], cluster: Cluster) -> tuple[ObjectStatus, ...]:
    """The statuses; those of jobs in progress whose pods say nothing, or are not there, with why.

    One LIST of the warnings of each namespace with such jobs. Raises ClusterError.
    """
    waiting = [each for each in told if each.may_be_refused]
    if not waiting:
        return tuple(each.status for each in told)
    from dlctl.deploy.why.reading import list_warnings

    namespaces = tuple(dict.fromkeys(each.status.ref.namespace for each in waiting))
    lists = in_parallel(lambda namespace: list_warnings(cluster, namespace), namespaces, THREADS)
    warnings = dict(zip(namespaces, lists, strict=True))
    found = {each.status.ref: _with_refusal(each, warnings[each.status.ref.namespace]) for each in waiting}
    return tuple(found.get(each.status.ref, each.status) for each in told)


def _with_refusal(told: Told, warnings: Sequence[JsonObject]) -> ObjectStatus:
    """The status with the last refusal of a pod, such as by a quota, that came after those that were made."""
    from dlctl.deploy.why.not_made import not_made

    status = told.status
    live = {"metadata": {"uid": status.uid, "creationTimestamp": status.created}}
    refused = not_made(status.ref, live, told.pods, warnings)
    return replace(status, verdict=refused.told_by(status.verdict)) if refused else status
