"""Refuse to write to an environment that takes only signed plans."""

from dlctl.app.model import Environment
from dlctl.errors import PlanError


def refuse_unsigned(environment: Environment, flags: str = "", first: str = "") -> None:
    """Raise PlanError if an environment takes only signed plans; the hint says how to make one.

    `flags` are those of the plan that does what the command does; `first` is what must be done before.
    """
    if environment.approvers:
        name = environment.name
        raise PlanError(
            f"environment {name} accepts only plans signed with a key listed under 'approve' in its "
            "environment.yaml",
            hint=f"{first.format(name)}run 'dlctl diff {name} {flags}--save FILE', have it signed by "
            "'dlctl plan sign FILE --key KEY', then run 'dlctl apply --plan FILE'",
        )


def refuse_unsigned_adoption(environment: Environment) -> None:
    """The same for `adopt`: a plan can take over objects, too."""
    refuse_unsigned(environment, "--adopt ")


def refuse_unsigned_deletion(environment: Environment) -> None:
    """The same for `delete`: a plan deletes what is no longer rendered."""
    refuse_unsigned(
        environment,
        "--prune --prune-all ",
        "list the components in 'disabled' of environments/{}/environment.yaml, then ",
    )
