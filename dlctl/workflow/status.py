"""The status of an environment's objects on its cluster."""

from msgspec.structs import replace

from dlctl.app.model import Target
from dlctl.plan.live.status import ObjectStatus, status_of
from dlctl.plan.view.masked_status import MaskedStatus
from dlctl.render.rendering import Rendering
from dlctl.workflow.plan import scope_of
from dlctl.workflow.render import Selection, redactor_of, selected_components
from dlctl.workflow.session import Session


def environment_status(session: Session, environment: str, selection: Selection) -> MaskedStatus:
    """A verdict for each rendered object, and for objects that are no longer rendered.

    A selected component that was removed from the app, or is disabled, is found by the label of its objects.
    Raises AppError, also where such a component has no objects; ParamError, RenderError; ClusterError.
    """
    rendering = _rendered(session, environment, selection)
    redactor = redactor_of(rendering)
    emit = session.emit(environment, redactor)
    scope = scope_of(rendering.target, selection)
    with redactor.masking_errors():
        cluster = session.cluster(rendering.target.environment, emit, writing=False)
        statuses = status_of(scope, rendering.manifests, cluster)
    _check_components(rendering.target, selection, statuses)
    return MaskedStatus(scope, statuses, redactor)


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
