"""Protected environments: ask before writing, and write only what was agreed to."""

from collections.abc import Callable

from dlctl.cli.output.plan import print_plan
from dlctl.cli.output.prompt import confirm
from dlctl.cli.runtime import Runtime
from dlctl.errors import PlanError
from dlctl.events import Emit, no_events
from dlctl.plan.view.text import plan_summary
from dlctl.workflow.apply import refuse_planned
from dlctl.workflow.plan import Planned
from dlctl.workflow.session import Session


def confirm_protected(runtime: Runtime, session: Session, planned: Planned, *, yes: bool) -> bool:
    """Ask before a protected environment is written to; returns whether a person was asked.

    On a terminal the plan is shown first. Raises UsageError where the answer is no, or where there is
    no terminal to ask on and `yes` is not given.
    """
    if not (planned.protected and planned.plan.differs):
        return False
    masked = planned.masked(session)
    asked = runtime.interactive and not yes
    if asked:
        print_plan(masked)
    where = f"'{planned.environment}' on {planned.plan.identity.server}"
    confirm(runtime, f"Environment {where} is protected ({plan_summary(masked)}). Write to it?", yes=yes)
    return asked


def unchanged_since(planned: Planned, plan: Callable[[str, Emit], Planned]) -> Planned:
    """The plan that was agreed to, made once more, since the answer may have taken a while.

    Raises PlanError where it would do something else by now, or where a step is refused.
    """
    fresh = plan(planned.environment, no_events)
    refuse_planned(fresh)
    if fresh.plan.fingerprint != planned.plan.fingerprint:
        raise PlanError(
            f"the cluster of {planned.environment} changed while you were asked; nothing was written",
            hint="the plan is a different one now: run the same command again to see it",
        )
    return fresh
