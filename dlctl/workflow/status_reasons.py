"""Why objects are not ready, as their pods tell: images, crashes, what no node fits."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.manifest import Manifest, ObjectRef
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.options import THREADS
from dlctl.plan.parallel import in_parallel
from dlctl.status import Phase, Rules, Status
from dlctl.status.model import NO_CONTROLLER, WAITS_FOR_CONTROLLER

_TOLD = ("image", "crash", "start", "scheduler")
"""The layers of causes that say more than the object's own message."""


def with_reasons(
    statuses: Iterable[ObjectStatus], manifests: Iterable[Manifest], cluster: Cluster, rules: Rules
) -> tuple[ObjectStatus, ...]:
    """The same, with what the pods of objects say that are on their way, or of jobs that run.

    One LIST of pods for each of these. A job whose containers crash and restart is InProgress, even if its
    operator reports that it runs. Raises ClusterError for what does not depend on the object.
    """
    known = {manifest.ref: manifest for manifest in manifests}
    listed = tuple(statuses)
    asked = [each for each in listed if each.ref in known and _may_tell(each)]
    answers = in_parallel(lambda each: _with_reason(each, known, cluster, rules), asked, THREADS)
    found: Mapping[ObjectRef, ObjectStatus] = {each.ref: each for each in answers}
    return tuple(found.get(each.ref, each) for each in listed)


def _may_tell(status: ObjectStatus) -> bool:
    verdict = status.verdict
    if verdict.phase is Phase.RUNNING:
        return True
    if verdict.status is not Status.IN_PROGRESS or "unschedulable: " in verdict.message:
        return False
    # What no controller has seen has no pods.
    return verdict.reason != NO_CONTROLLER and verdict.message != WAITS_FOR_CONTROLLER


def _with_reason(
    status: ObjectStatus, manifests: Mapping[ObjectRef, Manifest], cluster: Cluster, rules: Rules
) -> ObjectStatus:
    from dlctl.deploy.why.by_cause import CauseOfPods, by_cause, newest_first
    from dlctl.deploy.why.explain import pods_of

    verdict = status.verdict
    pods = pods_of(cluster, manifests[status.ref], rules)
    groups: Sequence[CauseOfPods] = newest_first(by_cause(pods, rules.role_labels), pods)
    told = next((each for each in groups if each.cause.layer in _TOLD), None)
    if told is None:
        return status
    message = f"{verdict.message}; {told.cause.text} ({told.counts})"
    if verdict.phase is not Phase.RUNNING:
        return replace(status, verdict=replace(verdict, message=message))
    from dlctl.jobs.restarting import restarts

    if not any(map(restarts, pods)):
        return status
    changed = replace(verdict, status=Status.IN_PROGRESS, message=message, phase=Phase.RESTARTING)
    return replace(status, verdict=changed)
