"""Refuse a plan for which the user lacks permissions, before the first write."""

from dlctl.deploy.preconditions import NOT_APPLIED, NOT_DELETED
from dlctl.errors import PlanError
from dlctl.text import counted
from dlctl.workflow.plan import Planned
from dlctl.workflow.session import Session


def require_rights(session: Session, planned: Planned) -> None:
    """Raise one PlanError that lists every permission that a plan needs and the user lacks.

    Nothing is asked for a plan that writes nothing. Raises ClusterError.
    """
    _require(session, planned, deletes=False)


def require_rights_to_delete(session: Session, planned: Planned) -> None:
    """The same for the plan of a deletion."""
    _require(session, planned, deletes=True)


def _require(session: Session, planned: Planned, *, deletes: bool) -> None:
    if not planned.plan.writes:
        return
    from dlctl.plan.rights.model import REQUEST
    from dlctl.plan.rights.needed import rights_of_deletion, rights_of_plan
    from dlctl.plan.rights.review import missing_rights

    needed = (rights_of_deletion if deletes else rights_of_plan)(planned.plan)
    with planned.redactor.masking_errors():
        missing = missing_rights(session.connected(planned.environment), needed)
        if missing:
            environment, lacking = planned.environment, counted(len(missing), "permission")
            subject = (NOT_DELETED if deletes else NOT_APPLIED).format(environment)
            raise PlanError(
                f"{subject}: you lack {lacking} that it needs",
                problems=[PlanError(f"you cannot {right}") for right in missing],
                hint=f"request them: {REQUEST.format(environment)}",
            )
