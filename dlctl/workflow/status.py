"""The status of an environment's objects on its cluster."""

from dlctl.plan.live.status import status_of
from dlctl.plan.view.masked_status import MaskedStatus
from dlctl.workflow.plan import scope_of
from dlctl.workflow.render import Selection, redactor_of
from dlctl.workflow.session import Session


def environment_status(session: Session, environment: str, selection: Selection) -> MaskedStatus:
    """A verdict for each rendered object, and for objects that are no longer rendered.

    Raises AppError, ParamError, RenderError; ClusterError.
    """
    rendering = session.render(environment, selection)
    redactor = redactor_of(rendering)
    emit = session.emit(environment, redactor)
    scope = scope_of(rendering.target, selection)
    with redactor.masking_errors():
        cluster = session.cluster(rendering.target.environment, emit, writing=False)
        return MaskedStatus(scope, status_of(scope, rendering.manifests, cluster), redactor)
