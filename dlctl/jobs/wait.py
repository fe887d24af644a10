"""Wait until jobs are as far as they must be, by watches; then why they are not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.cause import Cause
from dlctl.deploy.masked import masked_cause
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.why.explain import explain
from dlctl.events import Emit, Event
from dlctl.jobs.facts import Judge, Owner
from dlctl.jobs.following import Following
from dlctl.jobs.goal import JobGoal, is_missed, is_reached
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Job
from dlctl.jobs.phase import phase_of
from dlctl.jobs.warnings import Warned
from dlctl.manifest import Manifest
from dlctl.plan.live.old_secrets import old_secrets
from dlctl.plan.live.status import ObjectStatus
from dlctl.redact import Redactor
from dlctl.status import Rules

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
    """A job that is waited for has another phase or another reason."""

    job: Job


class JobWait(Struct, frozen=True):
    """What to wait for: jobs with their owners, how far they must be, and when it is enough.

    `is_enough` is asked after each end of a job.
    """

    jobs: Sequence[tuple[Job, Owner]]
    goal: JobGoal
    is_enough: Callable[[End], bool]


def wait_for_jobs(
    cluster: Cluster,
    following: Following,
    wait: JobWait,
    rules: Rules,
    options: DeployOptions,
    emit: Emit,
) -> tuple[WaitedJob, ...]:
    """Wait until each job is as far as the goal asks, or cannot get there, or the time is over.

    `options.stop` ends the wait, too. Raises ClusterError where the cluster cannot be read for long,
    RegistryError for data that is not valid.
    """
    state = _State(cluster, wait, rules, emit)
    with following:
        while True:
            state.look({each.uid: each for each in following.live.jobs})
            if options.stop.is_set() or not state.open or options.is_over:
                return tuple(state.ends(timed_out=options.is_over))
            following.changed(min(TICK, options.deadline - options.clock.now()))


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
    def open(self) -> bool:
        """Whether some job has not ended its wait."""
        return len(self._ends) < len(self._wait.jobs)

    def look(self, live: Mapping[str, LiveJob]) -> None:
        """Judge what is waited for."""
        self._live = live
        now = datetime.now(UTC)
        waited = [live[job.uid] for job, _ in self._wait.jobs if job.uid in live]
        judge = Judge(self._rules, now, self._warned.about(waited, self._rules, now))
        for job, owner in self._wait.jobs:
            if job.uid not in self._ends and (end := self._look_at(job.uid, owner, judge)) is not None:
                self._ends[job.uid] = end
                if self._wait.is_enough(end):
                    return

    def _look_at(self, uid: str, owner: Owner, judge: Judge) -> End | None:
        live = self._live.get(uid)
        if live is None:
            return End.REACHED if self._wait.goal is JobGoal.DELETED else End.GONE
        job = self._seen[uid] = judge.job(live, owner)
        shown = (job.phase.value, job.reason.text)
        if self._shown.get(uid) != shown:
            self._shown[uid] = shown
            self._emit(JobChanged(job))
        if is_reached(job, self._wait.goal):
            return End.REACHED
        return End.MISSED if is_missed(job, self._wait.goal) else None

    def ends(self, *, timed_out: bool) -> Iterator[WaitedJob]:
        """The end of each wait, with the causes of what is not as far as it must be."""
        left = End.TIMED_OUT if timed_out else End.STOPPED
        for job, _ in self._wait.jobs:
            end = self._ends.get(job.uid, left)
            explained = end in (End.MISSED, End.TIMED_OUT) and job.uid in self._live
            causes = self._explained(self._live[job.uid]) if explained else ()
            yield WaitedJob(self._seen[job.uid], end, causes)

    def _explained(self, live: LiveJob) -> tuple[Cause, ...]:
        job = self._seen[live.uid]
        status = ObjectStatus(job.ref, job.component, phase_of(live, self._rules, datetime.now(UTC)))
        manifest = Manifest(job.ref, str(live.body["apiVersion"]), live.body, job.component)
        redactor = Redactor().with_derived(old_secrets(live.body))
        found = explain(self._cluster, [status], [manifest], self._rules)
        return tuple(replace(masked_cause(each, redactor), ref=job.ref) for each in found)
