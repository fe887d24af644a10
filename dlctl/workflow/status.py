"""The status of an environment's objects on its cluster."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.model import Target
from dlctl.errors import DlctlError
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.live.status import status_of
from dlctl.plan.model import Scope
from dlctl.plan.view.masked_status import MaskedStatus
from dlctl.redact import Redactor
from dlctl.render.rendering import Rendering
from dlctl.workflow.render import Selection, redactor_of, selected_components
from dlctl.workflow.scope import scope_of
from dlctl.workflow.session import Session
from dlctl.workflow.status_reasons import as_pods_run, with_reasons

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
        told = with_reasons(found, rendering.manifests, cluster, rules)
        statuses = _known(rendering, told)
        _check_components(rendering.target, selection, statuses)
        if asked is None:
            return EnvironmentStatus(MaskedStatus(scope, statuses, redactor), failed=rendering.failed)
        from dlctl.deploy.waited import Waited

        rendered = tuple(status for status in statuses if not status.extra)
        waited = Waited(asked.goal, rendered, waits=False)
        if asked.waits and not (waited.is_reached or rendering.failed):
            from dlctl.deploy.wait_for_objects import Wait, wait_for_objects

            look = partial(as_pods_run, manifests=rendering.manifests, cluster=cluster, rules=rules)
            wait = Wait(scope, rendering.manifests, asked.goal, rules, look=look)
            waited = wait_for_objects(cluster, wait, asked.options, emit) or waited
    return _with_wait(scope, statuses, waited, redactor, rendering.failed)


def _known(rendering: Rendering, statuses: tuple[ObjectStatus, ...]) -> tuple[ObjectStatus, ...]:
    """The statuses without objects of components that could not be rendered: they may still be rendered."""
    if not rendering.failed:
        return statuses
    rendered = {part.component.name for part in rendering.components}
    failed = {
        name for name in rendering.target.app.components if _is_enabled(rendering.target, name)
    } - rendered
    return tuple(each for each in statuses if not (each.extra and each.component in failed))


def _with_wait(
    scope: Scope,
    statuses: Sequence[ObjectStatus],
    waited: "Waited",
    redactor: Redactor,
    failed: tuple[DlctlError, ...],
) -> EnvironmentStatus:
    from dlctl.deploy.masked import masked_wait

    extra = [status for status in statuses if status.extra]
    shown = MaskedStatus(scope, (*waited.objects, *extra), redactor)
    return EnvironmentStatus(shown, masked_wait(waited, redactor), failed)


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
