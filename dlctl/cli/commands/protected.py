"""Writing to a protected environment: only what somebody agreed to."""

from collections.abc import Callable

from dlctl.cli.commands.diff import print_plan, summary
from dlctl.cli.output.prompt import confirm
from dlctl.cli.runtime import Runtime
from dlctl.errors import PlanError
from dlctl.render.target import Rendering
from dlctl.workflow.online import Planned


def ask(runtime: Runtime, rendering: Rendering, planned: Planned, *, yes: bool) -> bool:
    """Ask whether a protected environment may be written to; whether somebody was asked.

    Who can be asked is shown what would be written. Raises UsageError where the answer is no, or
    where nobody can be asked without `yes`.
    """
    if not (rendering.target.environment.protected and planned.plan.differs):
        return False
    asked = runtime.interactive and not yes
    if asked:
        print_plan(planned)
    where = f"'{planned.environment}' on {planned.cluster.server}"
    confirm(runtime, f"Environment {where} is protected ({summary(planned.plan)}). Write to it?", yes=yes)
    return asked


def as_agreed(planned: Planned, again: Callable[[], Planned]) -> Planned:
    """The plan that somebody agreed to, made once more: the answer may have taken its time.

    Raises PlanError where the cluster is another by then.
    """
    fresh = again()
    if fresh.plan.fingerprint != planned.plan.fingerprint:
        raise PlanError(
            f"the cluster of {planned.environment} changed while you were asked; nothing was written",
            hint="what would be done is another thing now: run the same command again to see it",
        )
    return fresh
