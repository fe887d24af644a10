"""Apply a plan to its cluster."""

from msgspec.structs import replace

from dlctl.deploy.apply import apply_plan
from dlctl.deploy.goal import Goal
from dlctl.deploy.model import Report
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.preconditions import NOT_APPLIED, refuse_blocked
from dlctl.deploy.waited import Waited
from dlctl.manifest import Manifest
from dlctl.plan.model import Action
from dlctl.workflow.plan import Planned
from dlctl.workflow.rights import require_rights
from dlctl.workflow.session import Session


def refuse_planned(session: Session, planned: Planned, subject: str = NOT_APPLIED) -> None:
    """Raise one PlanError that lists, masked, every step that must not be executed.

    Where the user may not read what decides one, it lists all permissions that are missing.
    `subject` says what was not done, with a place for the environment. Raises RegistryError, too.
    """
    if planned.plan.forbidden:
        require_rights(session, planned)
    with planned.redactor.masking_errors():
        refuse_blocked(planned.plan, session.rules(planned.environment), subject)


def apply_planned(
    session: Session, planned: Planned, options: DeployOptions, goal: Goal | None = None
) -> Report:
    """Execute a plan, and wait until its objects are as far as the goal asks, if there is one.

    What the plan deletes is deleted after that, and stays if the goal is not reached. Raises PlanError before
    the first write if a step is refused. Nothing is waited for after a failure.
    """
    emit = session.emit(planned.environment, planned.redactor, planned.objects)
    cluster = session.connected(planned.environment)
    with planned.redactor.masking_errors():
        ruled = replace(options, rules=session.rules(planned.environment))
        if goal is None:
            return apply_plan(planned.plan, cluster, ruled, emit)
        waiting = _Waiting(session, planned, ruled, goal)
        report = apply_plan(planned.plan, cluster, ruled, emit, waiting.is_reached)
        if waiting.waited is None and report.succeeded and not report.interrupted:
            waiting.is_reached()
        return replace(report, waited=waiting.waited, interrupted=options.stop.is_set())


class _Waiting:
    """The wait for the objects of a plan, which takes place before its deletions, or else at its end."""

    def __init__(self, session: Session, planned: Planned, options: DeployOptions, goal: Goal) -> None:
        self._session, self._planned, self._options, self._goal = session, planned, options, goal
        self.waited: Waited | None = None

    def is_reached(self) -> bool:
        """Wait; whether the objects are as far as the goal asks. An interrupt stops the run."""
        from dlctl.deploy.wait_for_objects import Wait, wait_for_objects
        from dlctl.workflow.status_reasons import Reasons

        session, environment = self._session, self._planned.environment
        plan = self._planned.plan
        changed = frozenset(step.ref for step in plan.steps if step.action is not Action.UNCHANGED)
        cluster, manifests, rules = session.connected(environment), self._manifests(), self._options.rules
        look = Reasons(manifests, cluster, rules).as_pods_run
        wait = Wait(plan.scope, manifests, self._goal, rules, changed, look)
        listening = session.emit(environment, self._planned.redactor)
        try:
            self.waited = wait_for_objects(cluster, wait, self._options, listening)
        except KeyboardInterrupt:  # what was applied is reported all the same
            self._options.stop.set()
        return self.waited is not None and self.waited.is_reached

    def _manifests(self) -> tuple[Manifest, ...]:
        """What is applied; no component renders a namespace that is made for the others."""
        return tuple(
            step.manifest
            for step in self._planned.plan.steps
            if step.manifest is not None and step.component and step.action is not Action.PRUNE
        )
