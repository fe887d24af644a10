"""The end of a wait: what is not ready, and why."""

from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.deploy.cause import Cause
from dlctl.deploy.goal import Goal, has_failed, is_absent, is_reached
from dlctl.deploy.waited import Waited
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.view.text import title

SHOWN = 20
"""The most objects that are listed."""


def log_waited(environment: str, waited: Waited) -> None:
    """Print what is not as far as it must be: one line for each object, then why."""
    unready = [each for each in waited.objects if not is_reached(each.verdict, waited.goal)]
    for each in unready[:SHOWN]:
        word = _word(each, waited.goal)
        log(printable(f"{environment}: {title(each.ref)} {word}: {each.verdict.message}"), _style(each))
        for cause in waited.causes:
            if cause.ref == each.ref:
                log_cause(cause)
    if len(unready) > SHOWN:
        log(f"{environment}: and {len(unready) - SHOWN} more")


def _word(status: ObjectStatus, goal: Goal) -> str:
    if has_failed(status.verdict):
        return "failed"
    if is_absent(status.verdict):
        return "missing"
    return "not finished" if goal is Goal.FINAL and status.verdict.phase is not None else "not ready"


def _style(status: ObjectStatus) -> Style:
    return Style.BAD if has_failed(status.verdict) or is_absent(status.verdict) else Style.WARN


def log_cause(cause: Cause) -> None:
    """Print why an object is not ready: a line, then events and the end of a log."""
    log(printable(f"  {cause.text}"))
    for line in cause.events:
        log(printable(f"    event: {line}"), Style.DIM)
    for line in cause.log:
        log(printable(f"    log: {line}"), Style.DIM)
