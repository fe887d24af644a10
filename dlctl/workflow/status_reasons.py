"""Why objects are not ready, as pods and warnings tell: images, crashes, what no node fits, quotas."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.manifest import JsonObject, Manifest, ObjectRef
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.options import THREADS
from dlctl.plan.parallel import in_parallel
from dlctl.status import Phase, Rules, Status, Verdict
from dlctl.status.model import NO_CONTROLLER, WAITS_FOR_CONTROLLER, text_at

_TOLD = ("image", "crash", "start", "scheduler")
"""The layers of causes that say more than the object's own message."""


_WAITING = (Phase.PENDING, Phase.STARTING, Phase.UNKNOWN)
"""The phases of a job whose controller may not be allowed to make its pods."""


class _Told(Struct, frozen=True):
    """An object with what its pods say; `explained` where that is a cause."""

    status: ObjectStatus
    explained: bool = False
    pods: Sequence[JsonObject] = ()

    @property
    def may_be_refused(self) -> bool:
        """Whether warnings may say why a job has no pods, or too few."""
        verdict = self.status.verdict
        waits = verdict.status is Status.IN_PROGRESS and verdict.phase in _WAITING
        return waits and not self.explained and bool(self.status.uid)


def with_reasons(
    statuses: Iterable[ObjectStatus], manifests: Iterable[Manifest], cluster: Cluster, rules: Rules
) -> tuple[ObjectStatus, ...]:
    """The same, with what the pods of objects say that are on their way, or of jobs that run.

    One LIST of pods for each of these; and one of the warnings of each namespace with jobs on their way whose
    pods say nothing, or are not there. A job whose containers crash and restart is InProgress, even if its
    operator reports that it runs. Raises ClusterError for what does not depend on the object.
    """
    known = {manifest.ref: manifest for manifest in manifests}
    listed = tuple(statuses)
    asked = [each for each in listed if each.ref in known and _may_tell(each)]
    answers = in_parallel(lambda each: _with_reason(each, known, cluster, rules), asked, THREADS)
    found: Mapping[ObjectRef, _Told] = {each.status.ref: each for each in answers}
    told = [found.get(each.ref, _Told(each, "unschedulable: " in each.verdict.message)) for each in listed]
    waiting = [each for each in told if each.may_be_refused]
    return _with_warnings(told, waiting, cluster) if waiting else tuple(each.status for each in told)


def _may_tell(status: ObjectStatus) -> bool:
    verdict = status.verdict
    if verdict.phase is Phase.RUNNING:
        return True
    if verdict.status is not Status.IN_PROGRESS or "unschedulable: " in verdict.message:
        return False
    return not _is_new(verdict)


def _is_new(verdict: Verdict) -> bool:
    """Whether no controller has written a status: then there are no pods."""
    return verdict.reason == NO_CONTROLLER or verdict.message == WAITS_FOR_CONTROLLER


def _with_reason(
    status: ObjectStatus, manifests: Mapping[ObjectRef, Manifest], cluster: Cluster, rules: Rules
) -> _Told:
    from dlctl.deploy.why.by_cause import CauseOfPods, by_cause, newest_first
    from dlctl.deploy.why.explain import pods_of

    verdict = status.verdict
    pods = pods_of(cluster, manifests[status.ref], rules)
    groups: Sequence[CauseOfPods] = newest_first(by_cause(pods, rules.role_labels), pods)
    told = next((each for each in groups if each.cause.layer in _TOLD), None)
    if told is None:
        return _Told(status, pods=pods)
    message = f"{verdict.message}; {told.cause.text} ({told.counts})"
    if verdict.phase is not Phase.RUNNING:
        return _Told(replace(status, verdict=replace(verdict, message=message)), explained=True)
    from dlctl.jobs.restarting import restarts

    if not any(map(restarts, pods)):
        return _Told(status)
    changed = replace(verdict, status=Status.IN_PROGRESS, message=message, phase=Phase.RESTARTING)
    return _Told(replace(status, verdict=changed), explained=True)


def _with_warnings(
    told: Sequence[_Told], waiting: Sequence[_Told], cluster: Cluster
) -> tuple[ObjectStatus, ...]:
    """The statuses, with why pods of those `waiting` are not made."""
    from dlctl.deploy.why.reading import list_warnings

    namespaces = tuple(dict.fromkeys(each.status.ref.namespace for each in waiting))
    lists = in_parallel(lambda namespace: list_warnings(cluster, namespace), namespaces, THREADS)
    warnings = dict(zip(namespaces, lists, strict=True))
    found = {each.status.ref: _with_refusal(each, warnings[each.status.ref.namespace]) for each in waiting}
    return tuple(found.get(each.status.ref, each.status) for each in told)


def _with_refusal(told: _Told, warnings: Sequence[JsonObject]) -> ObjectStatus:
    """The status with the last refusal of a pod, such as by a quota, that came after those that were made."""
    from dlctl.deploy.why.involved import involved, last_time
    from dlctl.deploy.why.not_made import not_made
    from dlctl.deploy.why.reading import warnings_about

    status, verdict = told.status, told.status.verdict
    newest = max((text_at(pod, "metadata", "creationTimestamp") for pod in told.pods), default="")
    since = [each for each in warnings if last_time(each) >= newest]
    live = {"metadata": {"uid": status.uid, "creationTimestamp": status.created}}
    refused = not_made(warnings_about(since, involved(status.ref, live, told.pods)))
    if refused is None:
        return status
    said = "pods cannot be created" if _is_new(verdict) else verdict.message if told.pods else "no pods"
    message = f"{said}: {refused.line}"
    reason = "" if verdict.reason == NO_CONTROLLER else verdict.reason
    return replace(status, verdict=replace(verdict, message=message, reason=reason))
