"""The fields of an environment's objects that others changed or added."""

from dlctl.plan.live.drift import drift_of
from dlctl.plan.view.drift import MaskedDrift
from dlctl.workflow.render import Selection, redactor_of
from dlctl.workflow.scope import scope_of
from dlctl.workflow.session import Session


def environment_drift(session: Session, environment: str, selection: Selection) -> MaskedDrift:
    """The drift of the rendered objects. Raises AppError, ParamError, RenderError; ClusterError."""
    rendering = session.render(environment, selection, secrets=True)
    redactor = redactor_of(rendering)
    emit = session.emit(environment, redactor)
    scope = scope_of(rendering.target, selection)
    with redactor.masking_errors():
        cluster = session.cluster(rendering.target.environment, emit, writing=False)
        return MaskedDrift(scope, drift_of(scope, rendering.manifests, cluster), redactor)
