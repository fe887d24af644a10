"""Why objects are not ready, as pods and warnings tell: images, crashes, what no node fits, quotas."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.manifest import JsonObject, Manifest, ref_of
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.options import THREADS
from dlctl.plan.parallel import in_parallel
from dlctl.status import Phase, Rules, Status
from dlctl.status.model import value_at
from dlctl.status.run import JOB
from dlctl.workflow.status_refusals import Told, with_warnings

if TYPE_CHECKING:
    from dlctl.deploy.why.by_cause import CauseOfPods

_CANNOT_START = ("image", "start", "scheduler")
"""Those of pods that have not begun."""


class Reasons:
    """What pods and warnings tell of the objects of an environment."""

    def __init__(self, manifests: Iterable[Manifest], cluster: Cluster, rules: Rules) -> None:
        self._manifests = {manifest.ref: manifest for manifest in manifests}
        self._cluster, self._rules = cluster, rules
        self._seen: frozenset[ObjectStatus] = frozenset()

    def with_reasons(self, statuses: Iterable[ObjectStatus]) -> tuple[ObjectStatus, ...]:
        """The same, with what the pods of objects say that are in progress, or of jobs that run.

        One LIST of pods for each of these, but for those that `as_pods_run` has just returned; and one of the
        warnings of each namespace with jobs in progress whose pods say nothing, or are not there. A job whose
        containers crash and restart is InProgress, even if its operator reports that it runs, and so is one
        that lacks pods which cannot start. Raises ClusterError for what does not depend on the object.
        """
        return with_warnings(self._told(statuses, _may_tell), self._cluster)

    def as_pods_run(self, statuses: Iterable[ObjectStatus]) -> tuple[ObjectStatus, ...]:
        """The same for jobs alone that are reported to run, as who waits for them must know."""
        listed, self._seen = tuple(statuses), frozenset()
        told = self._told(listed, _is_reported_to_run)
        running = frozenset(each.ref for each in listed if _is_reported_to_run(each))
        self._seen = frozenset(each.status for each in told if each.status.ref in running)
        return tuple(each.status for each in told)

    def _told(self, statuses: Iterable[ObjectStatus], is_asked: Callable[[ObjectStatus], bool]) -> list[Told]:
        listed = tuple(statuses)
        asked = [
            each
            for each in listed
            if each.ref in self._manifests and each not in self._seen and is_asked(each)
        ]
        answers = in_parallel(self._with_reason, asked, THREADS)
        found = {each.status.ref: each for each in answers}
        return [found.get(each.ref, Told(each, self._is_explained(each))) for each in listed]

    def _is_explained(self, status: ObjectStatus) -> bool:
        return status in self._seen or "unschedulable: " in status.verdict.message

    def _with_reason(self, status: ObjectStatus) -> Told:
        from dlctl.deploy.why.by_cause import TELLING, by_cause, newest_first
        from dlctl.deploy.why.explain import pods_of

        verdict, manifest = status.verdict, self._manifests[status.ref]
        pods = pods_of(self._cluster, manifest, self._rules)
        groups = newest_first(by_cause(pods, self._rules.role_labels), pods)
        told = next((each for each in groups if each.cause.layer in TELLING), None)
        if told is None:
            return Told(status, pods=pods)
        message = f"{verdict.message}; {told.cause.text} ({told.counts})"
        if verdict.phase is not Phase.RUNNING:
            return Told(replace(status, verdict=replace(verdict, message=message)), explained=True)
        phase = _phase_of_running(groups, pods, manifest.body)
        if phase is Phase.RUNNING:
            return Told(status)
        changed = replace(verdict, status=Status.IN_PROGRESS, message=message, phase=phase)
        return Told(replace(status, verdict=changed), explained=True)


def _is_reported_to_run(status: ObjectStatus) -> bool:
    return status.verdict.phase is Phase.RUNNING


def _may_tell(status: ObjectStatus) -> bool:
    verdict = status.verdict
    if _is_reported_to_run(status):
        return True
    if verdict.status is not Status.IN_PROGRESS or "unschedulable: " in verdict.message:
        return False
    return not verdict.is_without_status


def _phase_of_running(groups: Sequence["CauseOfPods"], pods: Sequence[JsonObject], body: JsonObject) -> Phase:
    """The phase of a job that is reported to run: what `job list` says, too.

    Restarting, where programs crash again and again. Starting, where pods cannot start that the job needs:
    an elastic job runs with fewer.
    """
    from dlctl.jobs.restarting import restarts

    if any(map(restarts, pods)):
        return Phase.RESTARTING
    lacking = any(each.cause.layer in _CANNOT_START for each in groups)
    return Phase.STARTING if lacking and not _runs_with_fewer(body) else Phase.RUNNING


def _runs_with_fewer(body: JsonObject) -> bool:
    """Whether a job may run without some of its pods. A Job's controller counts its pods itself."""
    from dlctl.kinds.made_pods import pods_of

    if ref_of(body).group_kind == JOB or value_at(body, "spec", "elasticPolicy"):
        return True
    made = pods_of(body)
    return bool(made.minimum) and made.minimum < sum(each.count or 0 for each in made.pods)
