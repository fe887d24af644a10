"""Plan an environment on its cluster: `diff`, and the first half of `apply`."""

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.find import find_component
from dlctl.app.model import Target
from dlctl.errors import AppError
from dlctl.events import Emit, Note
from dlctl.plan.model import Action, Plan, Scope
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from dlctl.plan.view.masked_plan import MaskedPlan
from dlctl.plan.view.old_secrets import with_old_secrets
from dlctl.redact import Redactor
from dlctl.workflow.render import Selection, redactor_of
from dlctl.workflow.requirements import kind_requirements
from dlctl.workflow.session import Session


class Planned(Struct, frozen=True):
    """A plan and its redactor; the cluster is in the session."""

    environment: str
    plan: Plan
    redactor: Redactor
    protected: bool = False

    @property
    def objects(self) -> int:
        """The number of objects that would be written or deleted."""
        return len(self.plan.steps) - self.plan.count(Action.UNCHANGED)

    def masked(self, session: Session) -> MaskedPlan:
        """The masked plan for printing, with the notes that were emitted while it was made."""
        return MaskedPlan(self.plan, self.redactor, session.notes(self.environment))


def plan_environment(
    session: Session,
    environment: str,
    selection: Selection,
    options: PlanOptions,
    *,
    writing: bool,
    emit: Emit | None = None,
) -> Planned:
    """Render an environment and compare it with its cluster, after the identity check.

    Events go to the session's listener, or to `emit`. Raises PlanError if `writing` and the cluster
    is not the one that the environment is pinned to; AppError, ParamError, RenderError; ClusterError.
    """
    if selection.components:
        _check_components(session.target(environment), selection)
    rendering = session.render(environment, selection, connecting=True)
    target = rendering.target
    redactor = redactor_of(rendering)
    report = emit or session.emit(environment, redactor)
    for note in rendering.notes:
        report(Note(note))
    with redactor.masking_errors():
        cluster = session.cluster(target.environment, report, writing=writing)
        choices = replace(options, requirements=kind_requirements(rendering))
        plan = make_plan(scope_of(target, selection), rendering.manifests, cluster, choices, emit=report)
    return Planned(
        environment, plan, with_old_secrets(redactor, plan), protected=target.environment.protected
    )


def _check_components(target: Target, selection: Selection) -> None:
    """Refuse unknown components, with the way to the objects of one that was removed from the app."""
    for name in selection.components:
        try:
            find_component(target.app, name)
        except AppError as error:
            environment = target.environment.name
            error.hint = (
                f"{error.hint}; if it was removed from the app: 'dlctl status {environment} -c NAME' "
                f"lists its objects, 'dlctl delete {environment} -c NAME' deletes them"
            )
            raise


def scope_of(target: Target, selection: Selection) -> Scope:
    """The labels and namespace that identify a target's objects."""
    return Scope(
        app=target.app.name,
        environment=target.environment.name,
        namespace=target.environment.namespace,
        components=frozenset(selection.components) or None,
        app_id=target.app.id,
    )
