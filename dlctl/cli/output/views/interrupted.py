"""The end of an interrupted run: what became of each environment, and how to go on."""

from typing import TYPE_CHECKING

from dlctl.cli.output.errors import report_failure
from dlctl.cli.output.streams import log
from dlctl.cli.termination import CHANGES_REMAIN
from dlctl.deploy.model import Result
from dlctl.plan.model import Action
from dlctl.text import counted
from dlctl.workflow.many import CUT_OFF, NOT_STARTED

if TYPE_CHECKING:
    from dlctl.deploy.masked import MaskedReport
    from dlctl.workflow.many import Outcome, Outcomes

GOES_ON = f"interrupted; {CHANGES_REMAIN}"


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
    state = "failed" if report.having(Result.FAILED) else "interrupted"
    return f"{state}, {done} of {counted(len(changes), 'object')} {word}{_more(report)}"


def _more(report: "MaskedReport") -> str:
    """How many objects were not awaited to the end."""
    requested, sent = report.having(Result.REQUESTED), report.having(Result.UNKNOWN)
    replaced = sum(each.action is Action.REPLACE for each in requested)
    parts = (
        (len(requested) - replaced, "the deletion of {} more was requested"),
        (replaced, "{} being deleted and not created again yet"),
        (len(sent), "and the results of {} more are not known"),
    )
    return "".join(f", {text.format(count)}" for count, text in parts if count)
