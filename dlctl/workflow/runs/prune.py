"""Delete the runs of a component that have finished, except the newest: `job prune`."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.delete import delete_plan
from dlctl.deploy.last_run import keep_last_run
from dlctl.deploy.model import Outcome, Report, Result
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.record import DELETION_REQUESTED
from dlctl.events import no_events
from dlctl.jobs.model import Job
from dlctl.jobs.runs.numbers import last_of
from dlctl.jobs.runs.record import run_of
from dlctl.jobs.select import newest_first
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.plan.deletion import steps_of_runs
from dlctl.plan.live.objects.model import LiveObject
from dlctl.plan.live.objects.read import whole
from dlctl.plan.live.old_secrets import old_secrets
from dlctl.plan.model import Plan, Scope
from dlctl.redact import Redactor
from dlctl.workflow.jobs.listing import ChosenJobs, JobQuery, chosen_jobs
from dlctl.workflow.plan import Planned
from dlctl.workflow.render import Selection
from dlctl.workflow.runs.objects import configuration_of
from dlctl.workflow.scope import scope_of
from dlctl.workflow.session import Session


class NotDeleted(Struct, frozen=True):
    """What became of a run that is not known to be deleted: `failed`, `unknown` or `not-deleted`, and why."""

    result: str
    reason: str


_UNKNOWN = NotDeleted("unknown", DELETION_REQUESTED)
_NOT_BEGUN = NotDeleted("not-deleted", "interrupted before its deletion was requested")


class PlannedPrune(Struct, frozen=True):
    """The runs of a component in an environment that have ended, the newest first: those kept, and others.

    `planned` deletes the others; `owners` has the run of each object that it deletes. `last_run` is the job
    of the component's last run, if it is deleted.
    """

    kept: tuple[Job, ...]
    leaving: tuple[Job, ...]
    planned: Planned
    owners: dict[ObjectRef, str]
    last_run: JsonObject | None = None

    @property
    def environment(self) -> str:
        """The environment."""
        return self.planned.environment


def plan_prune(
    session: Session, environment: str, component: str, keep: int, *, writing: bool
) -> PlannedPrune:
    """Which runs are deleted. Raises PlanError if the cluster must not be written to, ClusterError."""
    target = session.target(environment)
    cluster = session.cluster(target.environment, no_events, writing=writing)
    query = JobQuery((component,), ended=True)
    found = chosen_jobs(cluster, target, query, session.rules(environment))
    jobs = (found.judge.job(live, owner) for live, owner in found.jobs if run_of(live.body))
    ended = newest_first(job for job in jobs if job.final)
    leaving = ended[keep:]
    scope = scope_of(target, Selection((component,)))
    objects = (*_jobs(cluster, found, leaving), *_configuration(cluster, leaving, scope))
    redactor = Redactor().with_derived(text for each in objects for text in old_secrets(each.body))
    plan = Plan(scope, cluster.identity(), tuple(steps_of_runs(objects)))
    planned = Planned(environment, plan, redactor, protected=target.environment.protected)
    owners = {each.ref: run_of(each.body) for each in objects}
    return PlannedPrune(ended[:keep], leaving, planned, owners, _last_run(cluster, found, leaving, scope))


def _last_run(cluster: Cluster, found: ChosenJobs, leaving: Sequence[Job], scope: Scope) -> JsonObject | None:
    uids = {job.uid for job in leaving}
    deleted = [live.body for live, _ in found.jobs if live.uid in uids]
    if not deleted:
        return None
    resource = cluster.resource(deleted[0]["apiVersion"], deleted[0]["kind"])
    return last_of(cluster, resource, deleted, scope.runs)


def _jobs(cluster: Cluster, found: ChosenJobs, leaving: Sequence[Job]) -> Iterator[LiveObject]:
    wanted = {job.uid for job in leaving}
    for live, _ in found.jobs:
        if live.uid in wanted:
            resource = cluster.resource(live.body["apiVersion"], live.body["kind"])
            yield whole(resource, live.body)


def _configuration(cluster: Cluster, leaving: Sequence[Job], scope: Scope) -> Iterator[LiveObject]:
    for namespace in {job.ref.namespace for job in leaving}:
        runs = [job.run for job in leaving if job.ref.namespace == namespace]
        yield from configuration_of(cluster, scope, runs, namespace).objects


def prune_planned(session: Session, planned: PlannedPrune, options: DeployOptions) -> Report:
    """Delete the runs with their configuration, by UID, and wait until they are gone."""
    entry = planned.planned
    emit = session.emit(entry.environment, entry.redactor, entry.objects)
    cluster = session.connected(entry.environment)
    if planned.last_run is not None:
        keep_last_run(cluster, planned.last_run, entry.plan.scope.managers.current, emit)
    return delete_plan(entry.plan, cluster, options, emit)


def not_deleted(planned: PlannedPrune, report: Report) -> dict[str, NotDeleted]:
    """What is known of runs that are not deleted as a whole, by run."""
    found: dict[str, NotDeleted] = {}
    begun = {planned.owners[each.ref] for each in report.outcomes if _is_begun(each)}
    for each in sorted(report.outcomes, key=lambda outcome: outcome.result is Result.STOPPED):
        run = planned.owners[each.ref]
        if each.error is None and each.result in (Result.STOPPED, Result.REQUESTED, Result.UNKNOWN):
            found.setdefault(run, _UNKNOWN if run in begun else _NOT_BEGUN)
        elif each.result is not Result.DONE:
            text = each.error.message if each.error else each.reason or each.result.value
            found.setdefault(run, NotDeleted("failed", planned.planned.redactor.mask_message(text)))
    return found


def _is_begun(outcome: Outcome) -> bool:
    """Whether the deletion of an object was requested."""
    return outcome.result in (Result.DONE, Result.REQUESTED, Result.UNKNOWN)
