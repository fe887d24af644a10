"""Writing to a protected environment: only what somebody agreed to."""

from collections.abc import Callable

from dlctl.cli.diff import print_plan, summary
from dlctl.cli.prompt import confirm
from dlctl.cli.world import World
from dlctl.errors import PlanError
from dlctl.render.target import Rendering
from dlctl.workflow.online import Planned


def agreed(
    world: World, rendering: Rendering, planned: Planned, again: Callable[[], Planned], *, yes: bool
) -> Planned:
    """What may be written: for a protected environment what somebody agreed to, if it still holds then.

    Who can be asked is shown what would be written. The answer may take its time, so `again` plans
    once more. Raises UsageError where the answer is no, or nobody can be asked without `yes`;
    PlanError where the cluster is another by then.
    """
    if not (rendering.target.environment.protected and planned.plan.differs):
        return planned
    asked = world.interactive and not yes
    if asked:
        print_plan(planned)
    where = f"'{planned.environment}' on {planned.cluster.server}"
    confirm(world, f"Environment {where} is protected ({summary(planned.plan)}). Write to it?", yes=yes)
    fresh = again() if asked else planned
    if fresh.plan.deeds != planned.plan.deeds:
        raise PlanError(
            f"the cluster of {planned.environment} changed while you were asked; nothing was written",
            hint="what would be done is another thing now: run the same command again to see it",
        )
    return fresh
