"""Preconditions: refuse plans that must not be executed."""

from collections.abc import Iterator

from dlctl.deploy.dependencies import dependencies_of
from dlctl.errors import PlanError
from dlctl.plan.model import BLOCKING, Plan, Step
from dlctl.status import NO_RULES, Rules

NOT_APPLIED = "nothing was applied to {}"
NOT_DELETED = "nothing was deleted from {}"
"""What was not done, with a place for the environment."""


def blocked_steps(plan: Plan) -> tuple[Step, ...]:
    """The steps that are conflicts or unknown."""
    return tuple(step for step in plan.steps if step.action in BLOCKING)


def refuse_blocked(plan: Plan, rules: Rules = NO_RULES, subject: str = NOT_APPLIED) -> None:
    """Raise one PlanError that lists all blocked steps and missing kinds, before anything is written.

    `subject` says what was not done. By `rules` objects of custom kinds name each other. Raises RegistryError
    where these are not valid.
    """
    environment = plan.scope.environment
    errors = [PlanError(kind.sentence(environment), hint=kind.hint) for kind in plan.missing]
    try:
        dependencies_of(plan.steps, rules)
    except PlanError as error:
        errors.append(error)
    errors += [PlanError(f"{step.ref}: {step.reason}", hint=step.hint or None) for step in _others(plan)]
    undone = subject.format(environment)
    if len(errors) == 1:
        raise PlanError(f"{undone}: {errors[0].message}", hint=errors[0].hint)
    if errors:
        raise PlanError(f"{undone}: {len(errors)} problems", problems=errors)


def _others(plan: Plan) -> Iterator[Step]:
    """The steps that are blocked for other reasons than a missing kind, which is reported once per kind."""
    missing = {kind.key for kind in plan.missing}
    for step in blocked_steps(plan):
        if step.manifest is None or step.manifest.api_key not in missing:
            yield step
