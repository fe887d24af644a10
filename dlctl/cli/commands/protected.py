"""Protected environments: confirm before writing, and write only the confirmed plan."""

from collections.abc import Callable

from dlctl.cli.output.views.plan import print_plan
from dlctl.cli.runtime import Runtime
from dlctl.errors import PlanError
from dlctl.plan.model import Action
from dlctl.plan.view.text import plan_summary
from dlctl.workflow.apply import refuse_planned
from dlctl.workflow.plan import Planned
from dlctl.workflow.session import Session


def confirm_protected(runtime: Runtime, session: Session, planned: Planned, *, yes: bool) -> bool:
    """Confirm writes to a protected environment, and deletions; returns whether there was a prompt.

    On a terminal the plan is shown first. Raises UsageError if the answer is no, or if there is no
    terminal, the environment is protected and `yes` is not given.
    """
    asked = runtime.interactive and not yes
    deletes = planned.plan.count(Action.PRUNE)
    if not (planned.protected and planned.plan.differs) and not (deletes and asked):
        return False
    masked = planned.masked(session)
    if asked:
        print_plan(masked)
    where = f"'{planned.environment}' on {planned.plan.identity.server}"
    from dlctl.cli.output.prompt import confirm

    protected = " is protected" if planned.protected else ""
    confirm(runtime, f"Environment {where}{protected}: {plan_summary(masked)}. Apply?", yes=yes)
    return asked


def unchanged_since(session: Session, planned: Planned, plan: Callable[[str], Planned]) -> Planned:
    """The confirmed plan, made again, since the cluster or the kubeconfig may have changed meanwhile.

    Raises PlanError if the cluster is another, if the new plan is different, or if a step is refused.
    """
    session.reconnect(planned.environment)
    fresh = plan(planned.environment)
    refuse_planned(session, fresh)
    require_same(planned, fresh)
    return fresh


def require_same(planned: Planned, fresh: Planned) -> None:
    """Raise PlanError if a plan is not the one that was shown."""
    if fresh.plan.fingerprint != planned.plan.fingerprint:
        raise PlanError(
            f"the cluster of {planned.environment} changed after the plan was shown; nothing was written",
            hint="run the command again to see the new plan",
        )
