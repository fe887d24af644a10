"""The status of an environment's objects on its cluster."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.model import Target
from dlctl.deploy.goal import Goal
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.waited import Waited
from dlctl.plan.live.status import ObjectStatus, status_of
from dlctl.plan.model import Scope
from dlctl.plan.view.masked_status import MaskedStatus
from dlctl.redact import Redactor
from dlctl.render.rendering import Rendering
from dlctl.workflow.render import Selection, redactor_of, selected_components
from dlctl.workflow.scope import scope_of
from dlctl.workflow.session import Session


class Asked(Struct, frozen=True):
    """How far objects must be; with `waits` that is waited for, with the time limit of `options`."""

    goal: Goal
    options: DeployOptions
    waits: bool = False


class EnvironmentStatus(Struct, frozen=True):
    """The status of an environment's objects; `waited` judges it where that was asked. Both are masked."""

    states: MaskedStatus
    waited: Waited | None = None


def environment_status(
    session: Session, environment: str, selection: Selection, asked: Asked | None = None
) -> EnvironmentStatus:
    """A verdict for each rendered object, and for objects that are no longer rendered.

    A selected component that was removed from the app, or is disabled, is found by the label of its objects.
    With `asked` it is judged whether all is as far as that asks, after a wait if it is to be waited for.
    Raises AppError, also where such a component has no objects; ParamError, RenderError; ClusterError.
    """
    rendering = _rendered(session, environment, selection)
    redactor = redactor_of(rendering)
    emit = session.emit(environment, redactor)
    scope = scope_of(rendering.target, selection)
    with redactor.masking_errors():
        cluster = session.cluster(rendering.target.environment, emit, writing=False)
        rules = session.rules(environment)
        statuses = status_of(scope, rendering.manifests, cluster, rules=rules)
        _check_components(rendering.target, selection, statuses)
        if asked is None:
            return EnvironmentStatus(MaskedStatus(scope, statuses, redactor))
        rendered = tuple(status for status in statuses if not status.extra)
        waited = Waited(asked.goal, rendered, waits=False)
        if asked.waits and not waited.is_reached:
            from dlctl.deploy.wait_for_objects import Wait, wait_for_objects

            wait = Wait(scope, rendering.manifests, asked.goal, rules)
            waited = wait_for_objects(cluster, wait, asked.options, emit)
    return _with_wait(scope, statuses, waited, redactor)


def _with_wait(
    scope: Scope, statuses: Sequence[ObjectStatus], waited: Waited, redactor: Redactor
) -> EnvironmentStatus:
    from dlctl.deploy.masked import masked_wait

    extra = [status for status in statuses if status.extra]
    shown = MaskedStatus(scope, (*waited.objects, *extra), redactor)
    return EnvironmentStatus(shown, masked_wait(waited, redactor))


def _rendered(session: Session, environment: str, selection: Selection) -> Rendering:
    """The manifests of those selected components that the environment has."""
    if not selection.components:
        return session.render(environment, selection, connecting=True)
    target = session.target(environment)
    names = tuple(name for name in selection.components if _is_enabled(target, name))
    if names:
        return session.render(environment, replace(selection, components=names), connecting=True)
    return Rendering(target, (), ())


def _check_components(target: Target, selection: Selection, statuses: tuple[ObjectStatus, ...]) -> None:
    on_the_cluster = {status.component for status in statuses}
    absent = (name for name in selection.components if not _is_enabled(target, name))
    selected_components(target, [name for name in absent if name not in on_the_cluster])


def _is_enabled(target: Target, name: str) -> bool:
    return name in target.app.components and name not in target.environment.disabled
