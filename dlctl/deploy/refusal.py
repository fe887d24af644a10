"""Plans that must not be carried out."""

from dlctl.errors import PlanError
from dlctl.plan.model import Action, Plan, Step

_BLOCKING = frozenset({Action.CONFLICT, Action.UNKNOWN})


def blocked_steps(plan: Plan) -> tuple[Step, ...]:
    """The steps of which it is known, or not known whether not, that they would do harm."""
    return tuple(step for step in plan.steps if step.action in _BLOCKING)


def refuse_blocked(plan: Plan) -> None:
    """PlanError that lists every step which stands in the way; nothing has been written then."""
    errors = [PlanError(f"{step.ref}: {step.reason}", hint=step.hint or None) for step in blocked_steps(plan)]
    environment = plan.scope.shown_environment
    if len(errors) == 1:
        raise PlanError(f"nothing was applied to {environment}: {errors[0].message}", hint=errors[0].hint)
    if errors:
        raise PlanError(
            f"nothing was applied to {environment}, {len(errors)} objects stand in the way", problems=errors
        )
