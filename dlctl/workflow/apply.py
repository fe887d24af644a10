"""Apply a plan to its cluster."""

from dlctl.deploy.apply import apply_plan
from dlctl.deploy.model import Report
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.preconditions import refuse_blocked
from dlctl.workflow.plan import Planned
from dlctl.workflow.session import Session


def refuse_planned(planned: Planned) -> None:
    """Raise one PlanError that lists, masked, every step that must not be executed."""
    with planned.redactor.masking_errors():
        refuse_blocked(planned.plan)


def apply_planned(session: Session, planned: Planned, options: DeployOptions) -> Report:
    """Execute a plan. Raises PlanError before the first write if a step is refused."""
    emit = session.emit(planned.environment, planned.redactor, planned.objects)
    with planned.redactor.masking_errors():
        return apply_plan(planned.plan, session.connected(planned.environment), options, emit)
