"""Cancel, suspend or resume one job: what would be lost, and then the change itself."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.job_changes import JobChange, change_job, wait_deleted
from dlctl.deploy.options import DeployOptions
from dlctl.errors import PlanError
from dlctl.events import Emit
from dlctl.jobs.find import full_name
from dlctl.jobs.model import Job
from dlctl.jobs.runs.numbers import last_of
from dlctl.jobs.runs.record import run_of
from dlctl.jobs.suspension import suspending
from dlctl.manifest import JsonObject, ref_of
from dlctl.plan.live.ownership import owner_text
from dlctl.redact import Redactor
from dlctl.status.model import Phase, mapping_at, text_at
from dlctl.workflow.jobs.find import FoundJob
from dlctl.workflow.render import Selection
from dlctl.workflow.scope import scope_of
from dlctl.workflow.session import Session


class JobAction(StrEnum):
    """What is done to a job."""

    DELETE = "delete"
    SUSPEND = "suspend"
    RESUME = "resume"


class PlannedChange(Struct, frozen=True):
    """What would be done to a job: `change` is None where nothing is left to do, which `done` says.

    With both, its deletion has begun, and is waited for.
    `pods` stop, which hold `devices`; None: it is not known. `notes` say what else follows. `last_run` is the
    job, where its deletion would free the name of a component's last run.
    """

    environment: str
    job: Job
    action: JobAction
    change: JobChange | None
    pods: int | None
    devices: int | None
    done: str = ""
    notes: tuple[str, ...] = ()
    protected: bool = False
    last_run: JsonObject | None = None


def plan_change(
    session: Session, found: FoundJob, action: JobAction, emit: Emit, *, waits: bool = False
) -> PlannedChange:
    """What would be done, on a cluster that may be written to; with `waits` a deletion is waited for.

    Raises PlanError for a job of somebody else, a kind that cannot be suspended, and a cluster that is not
    the environment's own; ClusterError.
    """
    job = found.job
    _refuse_others(found, action)
    target = session.target(found.environment)
    cluster = session.cluster(target.environment, emit, writing=True)
    stopping = action is not JobAction.RESUME
    made = found.live.pods
    pods = None if made is None else len([pod for pod in made if _runs(pod)])
    done = _done(job, action)
    left = not done or (waits and job.phase is Phase.DELETING and action is JobAction.DELETE)
    return PlannedChange(
        found.environment,
        job,
        action,
        _change(cluster, found, action, begun=bool(done)) if left else None,
        pods if stopping else 0,
        job.devices.held if stopping else 0,
        done,
        tuple(_notes(found, job, action)),
        target.environment.protected,
        None if done or action is not JobAction.DELETE else _last_run(session, cluster, found),
    )


def carry_out(session: Session, planned: PlannedChange, *, dry_run: bool = False) -> None:
    """Request it. Raises DeployError, ClusterError."""
    if planned.change is None:
        return
    cluster = session.connected(planned.environment)
    if planned.last_run is not None and not dry_run:
        from dlctl.deploy.last_run import keep_last_run

        manager = scope_of(session.target(planned.environment), Selection()).managers.current
        keep_last_run(cluster, planned.last_run, manager, session.emit(planned.environment, Redactor()))
    change_job(cluster, planned.change, dry_run=dry_run)


def wait_until_gone(session: Session, planned: PlannedChange, options: DeployOptions) -> None:
    """Wait for the end of a deletion. Raises NotReady, ClusterError."""
    if planned.change is not None and planned.action is JobAction.DELETE:
        wait_deleted(session.connected(planned.environment), planned.change, options)


def _last_run(session: Session, cluster: Cluster, found: FoundJob) -> JsonObject | None:
    """The job, if it is the component's last run by number."""
    body = found.live.body
    if not run_of(body):
        return None
    scope = scope_of(session.target(found.environment), Selection())
    return last_of(cluster, cluster.resource(str(body["apiVersion"]), found.ref.kind), [body], scope.runs)


def _refuse_others(found: FoundJob, action: JobAction) -> None:
    name = full_name(found.ref)
    if not found.owner.environment:
        owner = owner_text(found.live.body)
        whose = f"it belongs to {owner}" if owner else "it does not have this app's labels"
        raise PlanError(
            f"job {name} does not belong to environment {found.environment}: {whose}",
            hint=f"{action} it where it was created, or with kubectl",
        )
    owners = mapping_at(found.live.body, "metadata").get("ownerReferences")
    for each in owners if isinstance(owners, list) else ():
        if each.get("controller") and found.live.maker is None:
            owner = f"{text_at(each, 'kind')}/{text_at(each, 'name')}"
            raise PlanError(
                f"job {name} belongs to {owner}, which controls it", hint=f"{action} {owner} instead"
            )


def _done(job: Job, action: JobAction) -> str:
    """Why nothing is left to do; empty where something is."""
    if job.phase is Phase.DELETING:
        return "it is already being deleted" if action is JobAction.DELETE else "it is being deleted"
    if job.final and not job.devices.held:
        return f"it has already finished: {job.phase}"
    if action is JobAction.SUSPEND and job.phase is Phase.SUSPENDED:
        return "it is already suspended"
    if action is JobAction.RESUME and job.phase is not Phase.SUSPENDED:
        return f"it is not suspended: {job.phase}"
    return ""


def _change(cluster: Cluster, found: FoundJob, action: JobAction, *, begun: bool) -> JobChange:
    body = None
    if action is not JobAction.DELETE:
        body = suspending(found.live, found.judge.rules, suspend=action is JobAction.SUSPEND)
        if body is None:
            raise PlanError(
                f"job {full_name(found.ref)} cannot be suspended: {found.ref.group_kind} has no such field",
                hint="without --suspend it is deleted",
            )
    resource = cluster.resource(str(found.live.body["apiVersion"]), found.ref.kind)
    return JobChange(found.ref, resource, found.live.uid, cluster.identity(), body, begun)


def _notes(found: FoundJob, job: Job, action: JobAction) -> Iterator[str]:
    """What else follows; nothing creates a run again."""
    component, environment = found.owner.component, found.environment
    if action is JobAction.DELETE and found.live.maker is not None:
        maker = ref_of(found.live.maker)
        yield f"{maker.kind}/{maker.name} creates additional jobs"
    elif action is JobAction.DELETE and component and not job.run:
        yield (
            f"the next 'dlctl apply {environment}' creates it again; to prevent that: "
            f"dlctl component set {component} --env {environment} --disabled"
        )
    if action is JobAction.SUSPEND:
        yield f"'dlctl job resume {full_name(found.ref)} --env {environment}' resumes it, with new pods"


def _runs(pod: JsonObject) -> bool:
    return text_at(pod, "status", "phase") not in ("Succeeded", "Failed")
