"""The fields of an environment's objects that others changed or added."""

from msgspec import Struct

from dlctl.errors import DlctlError
from dlctl.plan.live.drift import drift_of
from dlctl.plan.view.drift import MaskedDrift
from dlctl.workflow.render import Selection, redactor_of
from dlctl.workflow.scope import scope_of
from dlctl.workflow.session import Session


class EnvironmentDrift(Struct, frozen=True):
    """The drift of an environment's objects; `failed` says why components could not be rendered."""

    fields: MaskedDrift
    failed: tuple[DlctlError, ...] = ()


def environment_drift(session: Session, environment: str, selection: Selection) -> EnvironmentDrift:
    """The drift of the rendered objects.

    Raises AppError; ParamError and RenderError where no component can be rendered; ClusterError.
    """
    rendering = session.render(environment, selection, secrets=True, keep_going=True)
    redactor = redactor_of(rendering)
    emit = session.emit(environment, redactor)
    scope = scope_of(rendering.target, selection)
    with redactor.masking_errors():
        cluster = session.cluster(rendering.target.environment, emit, writing=False)
        found = MaskedDrift(scope, drift_of(scope, rendering.manifests, cluster), redactor)
    return EnvironmentDrift(found, rendering.failed)
