"""The end of an interrupted run: what became of each environment, and how to go on."""

from collections import Counter
from typing import TYPE_CHECKING

from dlctl.cli.output.errors import report_failure
from dlctl.cli.output.streams import log
from dlctl.deploy.model import DELETION_SENT, NOT_CREATED, SENT, Result
from dlctl.plan.model import Action
from dlctl.text import counted
from dlctl.workflow.many import CUT_OFF, NOT_STARTED

if TYPE_CHECKING:
    from dlctl.deploy.masked import MaskedReport
    from dlctl.workflow.many import Outcome, Outcomes

GOES_ON = "interrupted; completed changes remain: run the command again to continue"


def log_interrupted(outcomes: "Outcomes[MaskedReport]", *, waits: bool) -> None:
    """Print the errors, a line for each of several environments, and how to go on.

    With `waits` an environment is done only once its objects are as far as the run waits for.
    """
    for error in outcomes.errors:
        report_failure(error)
    for each in outcomes.each:
        if len(outcomes.each) > 1 or not each.ended:
            log(f"{each.environment}: {_end(each, waits=waits)}")
    log(GOES_ON)


def _end(outcome: "Outcome[MaskedReport]", *, waits: bool) -> str:
    if not outcome.started:
        return NOT_STARTED
    if outcome.error is not None:
        return "failed"
    return CUT_OFF if outcome.result is None else _end_of_run(outcome.result, waits=waits)


def _end_of_run(report: "MaskedReport", *, waits: bool) -> str:
    changes = [each for each in report.outcomes if each.action is not Action.UNCHANGED]
    done = sum(each.result is Result.DONE for each in changes)
    if done == len(changes) and not report.having(Result.FAILED):
        awaited = not waits or (report.waited is not None and report.waited.is_reached)
        return "done" if awaited else "interrupted while it waited; all its objects are written"
    word = "deleted" if all(each.action is Action.PRUNE for each in changes) else "written"
    more = _more(Counter(each.reason for each in report.having(Result.STOPPED)))
    state = "failed" if report.having(Result.FAILED) else "interrupted"
    return f"{state}, {done} of {counted(len(changes), 'object')} {word}{more}"


def _more(reasons: Counter[str]) -> str:
    """How many objects were not waited for to the end, by the reasons of what was stopped."""
    parts = (
        (DELETION_SENT, "{} being deleted"),
        (NOT_CREATED, "{} being deleted and not created again yet"),
        (SENT, "and the results of {} more are not known"),
    )
    return "".join(f", {text.format(reasons[reason])}" for reason, text in parts if reasons[reason])
