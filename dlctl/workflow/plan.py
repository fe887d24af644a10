"""Plan an environment on its cluster: `diff`, and the first half of `apply`."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.find import find_component
from dlctl.app.model import Target
from dlctl.cluster.protocol import Cluster
from dlctl.errors import AppError, DlctlError, ParamError, RenderError
from dlctl.events import Emit, Note
from dlctl.manifest import ObjectRef
from dlctl.plan.live.first_reads import READING, read_first
from dlctl.plan.model import MAKING, Action, Plan
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from dlctl.plan.view.old_secrets import with_old_secrets
from dlctl.redact import Redactor
from dlctl.render.rendering import Rendering
from dlctl.workflow.render import Selection, redactor_of
from dlctl.workflow.requirements import kind_requirements
from dlctl.workflow.scope import scope_of
from dlctl.workflow.session import Session

if TYPE_CHECKING:
    from dlctl.plan.view.masked_plan import MaskedPlan


class Planned(Struct, frozen=True):
    """A plan and its redactor; the cluster is in the session.

    `failed` are the errors of components that could not be rendered: the plan is one of the others.
    """

    environment: str
    plan: Plan
    redactor: Redactor
    protected: bool = False
    failed: tuple[DlctlError, ...] = ()

    @property
    def objects(self) -> int:
        """The number of objects that would be written or deleted."""
        return len(self.plan.steps) - self.plan.count(Action.UNCHANGED)

    def masked(self, session: Session) -> "MaskedPlan":
        """The masked plan for printing, with the notes that were emitted while it was made."""
        from dlctl.plan.view.masked_plan import MaskedPlan

        return MaskedPlan(self.plan, self.redactor, session.notes(self.environment))


def ignore_rendering(rendering: Rendering) -> None:
    """Who makes a plan seldom needs what it was rendered from."""


def plan_environment(
    session: Session,
    environment: str,
    selection: Selection,
    options: PlanOptions,
    *,
    writing: bool,
    prune: bool | None = None,
    rendered: Callable[[Rendering], None] = ignore_rendering,
    keep_going: bool = False,
) -> Planned:
    """Render an environment and compare it with its cluster, after the identity check.

    `prune` None: as environment.yaml states. `rendered` gets the rendering before the cluster is read. With
    `keep_going` components that cannot be rendered are left out. Events go to the session's listener. Raises
    PlanError if `writing` and the cluster is not the one that the environment is pinned to; AppError,
    ParamError, RenderError; ClusterError.
    """
    if selection.components:
        _check_components(session.target(environment), selection)
    rendering = session.render(environment, selection, secrets=True, connecting=True, keep_going=keep_going)
    target = rendering.target
    if rendering.failed:
        selection, prune = _of_rendered(rendering, selection), False
    redactor = redactor_of(rendering)
    report = session.emit(environment, redactor)
    with redactor.masking_errors():
        rendered(rendering)
    for note in rendering.notes:
        report(Note(note))
    with redactor.masking_errors():
        scope = scope_of(target, selection)
        report(READING)
        cluster, first = session.reading(
            target.environment,
            report,
            lambda cluster: read_first(cluster, scope, rendering.manifests, options.threads),
            writing=writing,
        )
        choices = _choices(session, rendering, options, prune)
        plan = make_plan(
            scope,
            rendering.manifests,
            cluster,
            choices,
            first=first,
            emit=report,
            elsewhere=lambda: _elsewhere(session, environment, selection, choices, report),
        )
        for note in (*_quota_notes(cluster, plan), *_service_notes(cluster, plan)):
            report(Note(note))
    return Planned(
        environment,
        plan,
        with_old_secrets(redactor, plan),
        protected=target.environment.protected,
        failed=rendering.failed,
    )


def _choices(session: Session, rendering: Rendering, options: PlanOptions, prune: bool | None) -> PlanOptions:
    """The options, with what the app and its environment state."""
    target = rendering.target
    return replace(
        options,
        requirements=kind_requirements(rendering),
        rules=session.rules(target.environment.name),
        prune=target.environment.prunes if prune is None else prune,
        drift=(*target.environment.drift, *target.app.drift),
    )


def _of_rendered(rendering: Rendering, selection: Selection) -> Selection:
    """The selection of the components that could be rendered: nothing is said of the objects of others.

    A plan of these must not delete: what left one of them may be an object of one that is not rendered.
    """
    return Selection(tuple(part.component.name for part in rendering.components), selection.settings)


def _quota_notes(cluster: Cluster, plan: Plan) -> Iterator[str]:
    """A note for each quota that a plan would exceed; only where it makes something."""
    if any(step.action in MAKING for step in plan.steps):
        from dlctl.plan.quotas import quota_notes

        yield from quota_notes(cluster, plan)


def _service_notes(cluster: Cluster, plan: Plan) -> Iterator[str]:
    """A note for each Service that loses its endpoints for a while; only where one changes."""
    if any(step.ref.kind == "Service" and step.action in MAKING and step.live for step in plan.steps):
        from dlctl.plan.services import service_notes

        yield from service_notes(cluster, plan)


def _elsewhere(
    session: Session, environment: str, selection: Selection, options: PlanOptions, emit: Emit
) -> Mapping[ObjectRef, str]:
    """What components render that are not selected, with the component of each object.

    Raises RenderError or ParamError if the plan deletes; else a component that cannot be rendered is noted.
    """
    if not selection.components:
        return {}
    try:
        manifests = session.render(environment, Selection()).manifests
    except (RenderError, ParamError) as error:
        if options.prune:
            raise
        emit(Note(f"whether other components render objects that left is not known: {error}"))
        return {}
    return {each.ref: each.component for each in manifests if each.component not in selection.components}


def _check_components(target: Target, selection: Selection) -> None:
    """Refuse unknown components, with the way to the objects of one that was removed from the app."""
    for name in selection.components:
        try:
            find_component(target.app, name)
        except AppError as error:
            environment = target.environment.name
            hint = str(error.hint)
            error.hint = (
                f"{hint}{'' if hint.endswith('?') else ';'} if it was removed from the app: "
                f"'dlctl status {environment} -c NAME' lists its objects, "
                f"'dlctl delete {environment} -c NAME' deletes them"
            )
            raise
