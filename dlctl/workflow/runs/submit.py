"""Make a run of a component: `job submit`, `job rerun` and `job sweep`."""

import uuid
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.names import check_name
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.apply import apply_plan
from dlctl.deploy.create_run import create_run
from dlctl.deploy.model import Report
from dlctl.deploy.options import DeployOptions
from dlctl.errors import AlreadyExists, ClusterError, PlanError
from dlctl.events import Emit, Note
from dlctl.jobs.runs.names import next_number, run_name
from dlctl.jobs.runs.numbers import next_run_number
from dlctl.jobs.runs.objects import RunObjects
from dlctl.jobs.runs.record import RunRecord
from dlctl.kinds import NAMESPACE
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.compare.prepare import with_data
from dlctl.plan.compare.refusals import refused
from dlctl.plan.compare.steps import created
from dlctl.plan.model import BLOCKING, Action, Plan, Scope, Step
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from dlctl.plan.quotas import quota_notes
from dlctl.workflow.apply import refuse_planned
from dlctl.workflow.plan import Planned
from dlctl.workflow.render import Selection
from dlctl.workflow.requirements import kind_requirements
from dlctl.workflow.rights import require_rights
from dlctl.workflow.runs.render import RenderedRun, RunSource, named, render_run, source_of_runs
from dlctl.workflow.runs.taken import refuse_taken
from dlctl.workflow.scope import scope_of
from dlctl.workflow.session import Session

ATTEMPTS = 100
"""Numbers that are tried where others submit at the same time."""


class RunRequest(Struct, frozen=True):
    """A run that is asked for: its selection is one component with `--set` values.

    Without `name` it is called after the component. `record` says who makes it and from what. With
    `check_new` the server checks what would be created.
    """

    selection: Selection
    record: RunRecord
    name: str = ""
    check_new: bool = False

    @property
    def component(self) -> str:
        """The component."""
        return self.selection.components[0]


class PlannedRun(Struct, frozen=True):
    """A run that can be made: `shared` is the plan of what its runs share, `planned` that of all."""

    request: RunRequest
    source: RunSource
    run: RenderedRun
    shared: Plan
    planned: Planned

    @property
    def environment(self) -> str:
        """The environment."""
        return self.planned.environment


class Submitted(Struct, frozen=True):
    """A run that was made, with its job as the server answered; `shared` is what was applied before."""

    environment: str
    run: RenderedRun
    job: JsonObject
    shared: Report | None = None


def plan_run(session: Session, environment: str, request: RunRequest, *, writing: bool) -> PlannedRun:
    """What a run would create: its own objects, and what its component's runs share and is not there yet.

    What they share and what differs from the files stays as it is, with a note. Raises PlanError if `writing`
    and the cluster must not be written to, or if the component is not one job; AppError, ParamError,
    RenderError; ClusterError.
    """
    source = source_of_runs(session, environment, request.selection)
    target = source.rendering.target
    redactor = source.rendering.redactor
    emit = session.emit(environment, redactor)
    with redactor.masking_errors():
        cluster = session.cluster(target.environment, emit, writing=writing)
        options = PlanOptions(
            requirements=kind_requirements(source.rendering),
            rules=session.rules(environment),
            check_new=request.check_new,
        )
        scope = scope_of(target, request.selection)
        whole = make_plan(scope, source.rendering.manifests, cluster, options)
        shared = _shared(whole, source, emit)
        name = request.name or run_name(request.component, _next(cluster, scope, source))
        check_name("a run", name)
        run = render_run(session, source, named(request.record, name), uuid.uuid4().hex)
        if request.name:
            refuse_taken(session, environment, run, source.rendering.manifests)
        steps = () if whole.missing else tuple(_steps(cluster, run.objects, whole, request))
        plan = replace(shared, steps=(*shared.steps, *steps), leftovers=(), applyset=None)
        for note in quota_notes(cluster, plan):
            emit(Note(note))
    planned = Planned(environment, plan, run.redactor, protected=target.environment.protected)
    return PlannedRun(request, source, run, shared, planned)


def check_run(session: Session, planned: PlannedRun) -> None:
    """Raise PlanError for a run that cannot be made, or for which permissions are missing."""
    refuse_planned(session, planned.planned)
    require_rights(session, planned.planned)


def submit_run(session: Session, planned: PlannedRun, options: DeployOptions) -> Submitted:
    """Apply what is shared, and create the run; where its number was taken meanwhile, under the next one.

    Raises PlanError for a name that is taken, DeployError where something shared could not be applied, and
    ClusterError. Nothing of the run stays where it could not be created as a whole.
    """
    environment = planned.environment
    emit = session.emit(environment, planned.run.redactor)
    cluster = session.connected(environment)
    manager = planned.shared.scope.managers.current
    with planned.run.redactor.masking_errors():
        report = apply_plan(planned.shared, cluster, options, emit) if planned.shared.steps else None
        if report is not None and (error := report.error()) is not None:
            raise error
        if report is not None and report.interrupted:
            raise KeyboardInterrupt
        run = planned.run
        for _ in range(ATTEMPTS):
            objects = _prepared(run.objects)
            try:
                job = create_run(cluster, objects.job, objects.own, manager, emit)
            except AlreadyExists as error:
                if planned.request.name:
                    raise _taken(planned, error) from error
                run = _renumbered(session, cluster, planned, run)
            else:
                return Submitted(environment, run, job, report)
    raise PlanError(
        f"no free number for a run of {planned.request.component} after {ATTEMPTS} attempts",
        hint=f"pass --name, or see 'dlctl job list {environment} -c {planned.request.component} --all-jobs'",
    )


def _renumbered(session: Session, cluster: Cluster, planned: PlannedRun, run: RenderedRun) -> RenderedRun:
    component = planned.request.component
    there = _next(cluster, planned.shared.scope, planned.source)
    number = max(there, next_number(component, [run.record.run]))
    record = named(planned.request.record, run_name(component, number))
    return render_run(session, planned.source, record, uuid.uuid4().hex)


def _taken(planned: PlannedRun, error: AlreadyExists) -> PlanError:
    return PlanError(
        f"a job or configuration of run {planned.request.name} already exists: {error.message}",
        hint="choose another --name, or leave it out: the run then gets the next free number",
    )


def _shared(whole: Plan, source: RunSource, emit: Emit) -> Plan:
    """Of the component's plan, what creates shared objects, and what refuses them."""
    own = {each.ref for each in (source.parts.job, *source.parts.own)}
    shared = {each.ref for each in source.parts.shared}
    steps: list[Step] = []
    for step in whole.steps:
        is_new_namespace = step.ref.group_kind == NAMESPACE and step.ref not in own
        if step.ref not in shared and not is_new_namespace:
            continue
        if step.action is Action.CREATE or (step.action in BLOCKING and not step.uid):
            steps.append(step)
        elif step.action is not Action.UNCHANGED:
            environment = whole.scope.environment
            emit(
                Note(
                    f"{step.ref} differs from what is rendered, and stays as it is, since all runs share it: "
                    f"'dlctl apply {environment} -c {source.parts.job.component}' changes it"
                )
            )
    creates = any(step.action is Action.CREATE for step in steps)
    return replace(whole, steps=tuple(steps), leftovers=(), applyset=whole.applyset if creates else None)


def _next(cluster: Cluster, scope: Scope, source: RunSource) -> int:
    """The next number of a run: after the highest that was given."""
    job = source.parts.job
    return next_run_number(
        cluster, cluster.resource(*job.api_key), job.ref.namespace, job.component, scope.runs
    )


def _prepared(objects: RunObjects) -> RunObjects:
    return RunObjects(with_data(objects.job), tuple(map(with_data, objects.own)))


def _steps(cluster: Cluster, run: RunObjects, whole: Plan, request: RunRequest) -> Iterator[Step]:
    """A CREATE step for each object of a run; with `check_new` the server checks each."""
    makes_namespace = any(step.ref.group_kind == NAMESPACE for step in whole.steps)
    objects = _prepared(run)
    for manifest in (*objects.own, objects.job):
        resource = cluster.resource(*manifest.api_key)
        if request.check_new and not makes_namespace:
            yield _checked(cluster, manifest, resource, whole.scope.managers.current)
        else:
            yield created(manifest, resource)


def _checked(cluster: Cluster, manifest: Manifest, resource: Resource, manager: str) -> Step:
    try:
        cluster.create(resource, manifest.body, dry_run=True, field_manager=manager)
    except ClusterError as error:
        return refused(manifest, resource, {"metadata": {}}, error, PlanOptions())
    return replace(created(manifest, resource), unchecked=False)
