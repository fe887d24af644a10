"""Wait until jobs are as far as they must be, by watches; then why they are not."""

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.cause import Cause
from dlctl.deploy.masked import masked_cause
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.why.explain import explain
from dlctl.events import Emit, Event, Progress
from dlctl.jobs.choices import JobGoal
from dlctl.jobs.facts import Judge, Owner
from dlctl.jobs.following import Following
from dlctl.jobs.goal import is_missed, is_reached
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Job, Reason
from dlctl.jobs.phase import phase_of
from dlctl.jobs.warnings import Warned
from dlctl.manifest import Manifest
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.live.old_secrets import old_secrets
from dlctl.redact import Redactor
from dlctl.status import Rules
from dlctl.status.model import Phase

TICK = 1.0
"""Seconds after which ages are looked at again where there is no news."""


class End(StrEnum):
    """How a wait for one job ended."""

    REACHED = "reached"
    MISSED = "missed"
    TIMED_OUT = "timed-out"
    GONE = "gone"
    STOPPED = "stopped"


class WaitedJob(Struct, frozen=True):
    """A job as it was last seen, how the wait for it ended, and why it is not as far as it must be."""

    job: Job
    end: End
    causes: tuple[Cause, ...] = ()


class JobChanged(Event, frozen=True):
    """A job that is waited for has another phase or reason, or the wait for it has ended."""

    job: Job
    end: End | None = None


class Enough:
    """When the jobs of all clusters need not be waited for any longer; shared by their threads.

    That is after the end of `any` of them, or, with `fail_fast`, of one that is not reached.
    """

    def __init__(self, *, any_: bool = False, fail_fast: bool = False) -> None:
        self._any = any_
        self._fail_fast = fail_fast
        self._reached = threading.Event()

    @property
    def is_reached(self) -> bool:
        """Whether it is enough."""
        return self._reached.is_set()

    def ended(self, end: End) -> None:
        """The wait for one job has ended."""
        if self._any or (self._fail_fast and end is not End.REACHED):
            self._reached.set()


class JobWait(Struct, frozen=True):
    """What to wait for: jobs with their owners, how far they must be, and when it is enough."""

    jobs: Sequence[tuple[Job, Owner]]
    goal: JobGoal
    enough: Enough


def wait_for_jobs(
    cluster: Cluster,
    following: Following,
    wait: JobWait,
    rules: Rules,
    options: DeployOptions,
    emit: Emit,
) -> tuple[WaitedJob, ...]:
    """Wait until each job is as far as the goal asks, or cannot get there, or it times out.

    `options.stop` ends the wait, too. Raises ClusterError where the cluster cannot be read for long,
    RegistryError for data that is not valid.
    """
    state = _State(cluster, wait, rules, emit)
    with following:
        while True:
            state.look({each.uid: each for each in following.live.jobs})
            emit(Progress("jobs waited for", state.ended, len(wait.jobs)))
            if options.stop.is_set() or state.is_over or options.is_over:
                return state.ends(timed_out=not wait.enough.is_reached)
            following.changed(min(TICK, options.deadline - options.clock.now()))


def _end(job: Job, goal: JobGoal) -> End | None:
    if is_reached(job, goal):
        return End.REACHED
    return End.MISSED if is_missed(job, goal) else None


class _State:
    """What is known of each job: how it was last seen, and how the wait for it ended."""

    def __init__(self, cluster: Cluster, wait: JobWait, rules: Rules, emit: Emit) -> None:
        self._cluster = cluster
        self._wait = wait
        self._emit = emit
        self._rules = rules
        self._warned = Warned(cluster)
        self._seen: dict[str, Job] = {job.uid: job for job, _ in wait.jobs}
        self._live: Mapping[str, LiveJob] = {}
        self._shown: dict[str, tuple[str, str]] = {}
        self._ends: dict[str, End] = {}

    @property
    def ended(self) -> int:
        """The number of jobs that are not waited for any more."""
        return len(self._ends)

    @property
    def is_over(self) -> bool:
        """Whether no job is waited for any more, or it is enough."""
        return self.ended == len(self._wait.jobs) or self._wait.enough.is_reached

    def look(self, live: Mapping[str, LiveJob]) -> None:
        """Judge what is waited for."""
        self._live = live
        now = datetime.now(UTC)
        waited = [live[job.uid] for job, _ in self._wait.jobs if job.uid in live]
        judge = Judge(self._rules, now, self._warned.about(waited, self._rules, now))
        for job, owner in self._wait.jobs:
            if job.uid not in self._ends and (end := self._look_at(job.uid, owner, judge)) is not None:
                self._ends[job.uid] = end
                self._wait.enough.ended(end)

    def _look_at(self, uid: str, owner: Owner, judge: Judge) -> End | None:
        live = self._live.get(uid)
        if live is None:
            return self._gone(uid)
        job = self._seen[uid] = judge.job(live, owner)
        shown = (job.phase.value, job.reason.text)
        end = _end(job, self._wait.goal)
        if end is not None or self._shown.get(uid) != shown:
            self._shown[uid] = shown
            self._emit(JobChanged(job, end))
        return end

    def _gone(self, uid: str) -> End:
        if self._wait.goal is not JobGoal.DELETED:
            return End.GONE
        job = self._seen[uid] = replace(self._seen[uid], phase=Phase.DELETING, reason=Reason())
        self._emit(JobChanged(job, End.REACHED))
        return End.REACHED

    def ends(self, *, timed_out: bool) -> tuple[WaitedJob, ...]:
        """The end of each wait, with the causes of what is not as far as it must be."""
        left = End.TIMED_OUT if timed_out else End.STOPPED
        ends = {job.uid: self._ends.get(job.uid, left) for job, _ in self._wait.jobs}
        unready = [
            uid for uid, end in ends.items() if end in (End.MISSED, End.TIMED_OUT) and uid in self._live
        ]
        causes = self._explained([self._live[uid] for uid in unready])
        return tuple(WaitedJob(self._seen[uid], end, causes.get(uid, ())) for uid, end in ends.items())

    def _explained(self, unready: Sequence[LiveJob]) -> dict[str, tuple[Cause, ...]]:
        """The causes by the UIDs of jobs, masked: as `apply --wait` finds them."""
        now = datetime.now(UTC)
        statuses, manifests, uids = [], [], {}
        redactor = Redactor()
        for live in unready:
            job = self._seen[live.uid]
            uids[job.ref] = live.uid
            redactor = redactor.with_derived(old_secrets(live.body))
            statuses.append(ObjectStatus(job.ref, job.component, phase_of(live, self._rules, now)))
            manifests.append(Manifest(job.ref, str(live.body["apiVersion"]), live.body, job.component))
        found: dict[str, tuple[Cause, ...]] = {}
        for cause in explain(self._cluster, statuses, manifests, self._rules):
            masked = replace(masked_cause(cause, redactor), ref=cause.ref)
            found[uids[cause.ref]] = (*found.get(uids[cause.ref], ()), masked)
        return found
