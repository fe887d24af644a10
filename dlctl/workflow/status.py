"""The status of an environment's objects on its cluster."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.model import Target
from dlctl.errors import DlctlError
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.live.status import status_of
from dlctl.plan.view.masked_status import MaskedStatus
from dlctl.render.rendering import Rendering
from dlctl.workflow.render import Selection, redactor_of, selected_components
from dlctl.workflow.scope import scope_of
from dlctl.workflow.session import Session
from dlctl.workflow.status_reasons import Reasons

if TYPE_CHECKING:  # imported only where it is judged how far objects are
    from dlctl.deploy.goal import Goal
    from dlctl.deploy.options import DeployOptions
    from dlctl.deploy.waited import Waited


class Asked(Struct, frozen=True):
    """How far objects must be; with `waits` that is waited for, with the time limit of `options`."""

    goal: "Goal"
    options: "DeployOptions"
    waits: bool = False


class EnvironmentStatus(Struct, frozen=True):
    """The status of an environment's objects; `waited` judges it where that was asked. Both are masked.

    `failed` says why components could not be rendered: their objects are left out, and nothing is waited for.
    """

    states: MaskedStatus
    waited: "Waited | None" = None
    failed: tuple[DlctlError, ...] = ()


def environment_status(
    session: Session, environment: str, selection: Selection, asked: Asked | None = None
) -> EnvironmentStatus:
    """A verdict for each rendered object, and for objects that are no longer rendered.

    A selected component that was removed from the app, or is disabled, is found by the label of its objects.
    With `asked` it is judged whether all is as far as that asks, after a wait if it is to be waited for.
    Raises AppError, also where such a component has no objects; ParamError and RenderError where no component
    can be rendered; ClusterError.
    """
    rendering = _rendered(session, environment, selection)
    redactor = redactor_of(rendering)
    emit = session.emit(environment, redactor)
    scope = scope_of(rendering.target, selection)
    with redactor.masking_errors():
        rules = session.rules(environment)
        cluster, found = session.reading(
            rendering.target.environment,
            emit,
            lambda cluster: status_of(scope, rendering.manifests, cluster, rules=rules),
            writing=False,
        )
        reasons = Reasons(rendering.manifests, cluster, rules)
        statuses = _known(rendering, reasons.with_reasons(found))
        _check_components(rendering.target, selection, statuses)
        if asked is None:
            return EnvironmentStatus(MaskedStatus(scope, statuses, redactor), failed=rendering.failed)
        from dlctl.deploy.masked import masked_wait
        from dlctl.deploy.waited import Waited

        rendered = tuple(status for status in statuses if not status.extra)
        waited = Waited(asked.goal, rendered, waits=False)
        if asked.waits and not (waited.is_reached or rendering.failed):
            from dlctl.deploy.wait_for_objects import Wait, wait_for_objects

            wait = Wait(scope, rendering.manifests, asked.goal, rules, look=reasons.as_pods_run)
            ended = wait_for_objects(cluster, wait, asked.options, emit)
            if ended is not None:
                waited, statuses = ended, _after_wait(ended, statuses, reasons)
    shown = MaskedStatus(scope, statuses, redactor)
    return EnvironmentStatus(shown, masked_wait(waited, redactor), rendering.failed)


def _after_wait(
    waited: "Waited", before: Sequence[ObjectStatus], reasons: Reasons
) -> tuple[ObjectStatus, ...]:
    """The last statuses of what was waited for, with reasons, and those of objects no longer rendered."""
    return (*reasons.with_reasons(waited.objects), *(each for each in before if each.extra))


def _known(rendering: Rendering, statuses: tuple[ObjectStatus, ...]) -> tuple[ObjectStatus, ...]:
    """The statuses without objects of components that could not be rendered: they may still be rendered."""
    if not rendering.failed:
        return statuses
    rendered = {part.component.name for part in rendering.components}
    failed = {
        name for name in rendering.target.app.components if _is_enabled(rendering.target, name)
    } - rendered
    return tuple(each for each in statuses if not (each.extra and each.component in failed))


def _rendered(session: Session, environment: str, selection: Selection) -> Rendering:
    """The manifests of those selected components that the environment has, and that can be rendered."""
    if not selection.components:
        return session.render(environment, selection, connecting=True, keep_going=True)
    target = session.target(environment)
    names = tuple(name for name in selection.components if _is_enabled(target, name))
    if names:
        chosen = replace(selection, components=names)
        return session.render(environment, chosen, connecting=True, keep_going=True)
    return Rendering(target, (), ())


def _check_components(target: Target, selection: Selection, statuses: tuple[ObjectStatus, ...]) -> None:
    on_the_cluster = {status.component for status in statuses}
    absent = (name for name in selection.components if not _is_enabled(target, name))
    selected_components(target, [name for name in absent if name not in on_the_cluster])


def _is_enabled(target: Target, name: str) -> bool:
    return name in target.app.components and name not in target.environment.disabled
