"""Refuse to write to an environment that takes only signed plans."""

from dlctl.app.model import Environment
from dlctl.errors import PlanError


def refuse_unsigned(environment: Environment) -> None:
    """Raise PlanError if an environment takes only signed plans."""
    if environment.approvers:
        name = environment.name
        raise PlanError(
            f"environment {name} takes only a plan that a key of 'approve' in its environment.yaml signed",
            hint=f"run 'dlctl diff {name} --save FILE', have it signed by 'dlctl plan sign FILE --key KEY', "
            "then run 'dlctl apply --plan FILE'",
        )
