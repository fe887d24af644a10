"""Apply a plan to its cluster."""

from msgspec.structs import replace

from dlctl.deploy.apply import apply_plan
from dlctl.deploy.goal import Goal
from dlctl.deploy.model import Report
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.preconditions import refuse_blocked
from dlctl.plan.model import Action
from dlctl.workflow.plan import Planned
from dlctl.workflow.session import Session


def refuse_planned(planned: Planned) -> None:
    """Raise one PlanError that lists, masked, every step that must not be executed."""
    with planned.redactor.masking_errors():
        refuse_blocked(planned.plan)


def apply_planned(
    session: Session, planned: Planned, options: DeployOptions, goal: Goal | None = None
) -> Report:
    """Execute a plan, and wait until its objects are as far as the goal asks, if there is one.

    Raises PlanError before the first write if a step is refused. Nothing is waited for after a failure.
    """
    emit = session.emit(planned.environment, planned.redactor, planned.objects)
    cluster = session.connected(planned.environment)
    with planned.redactor.masking_errors():
        ruled = replace(options, rules=session.rules(planned.environment))
        report = apply_plan(planned.plan, cluster, ruled, emit)
        if goal is None or not report.succeeded or report.interrupted:
            return report
        return _waited(session, planned, options, goal, report)


def _waited(session: Session, planned: Planned, options: DeployOptions, goal: Goal, report: Report) -> Report:
    from dlctl.deploy.wait_for_objects import Wait, wait_for_objects

    manifests = tuple(
        step.manifest
        for step in planned.plan.steps
        if step.manifest is not None and step.component and step.action is not Action.PRUNE
    )  # no component renders a namespace that is made for the others
    changed = frozenset(step.ref for step in planned.plan.steps if step.action is not Action.UNCHANGED)
    wait = Wait(planned.plan.scope, manifests, goal, session.rules(planned.environment), changed)
    listening = session.emit(planned.environment, planned.redactor)
    try:
        waited = wait_for_objects(session.connected(planned.environment), wait, options, listening)
    except KeyboardInterrupt:  # what was applied is reported all the same
        options.stop.set()
        return replace(report, interrupted=True)
    return replace(report, waited=waited, interrupted=options.stop.is_set())
