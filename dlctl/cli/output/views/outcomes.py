"""The end of a run: incomplete steps, a summary line, and the exit code."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

from dlctl.cli.exit_codes import INTERRUPTED
from dlctl.cli.output.errors import Failed, report_failure
from dlctl.cli.output.live.progress import done_label
from dlctl.cli.output.streams import log
from dlctl.errors import DlctlError, Interrupted
from dlctl.workflow.many import CUT_OFF, NOT_STARTED, Outcomes

if TYPE_CHECKING:  # not for commands that only read
    from dlctl.deploy.masked import MaskedReport

SHOWN = 20
"""The maximum number of objects to list."""

Item = TypeVar("Item")


def fail(errors: Sequence[DlctlError], at_least: int = 0, closing: str = "") -> NoReturn:
    """Report every error and exit; the code is "not ready in time" (3) only if there is no other failure."""
    for error in errors:
        report_failure(error)
    if closing:
        log(closing)
    codes = [error.exit_code for error in errors]
    raise Failed(errors, max(at_least, min(codes, default=1)))


def require_results(
    outcomes: Outcomes[Item], closing: str = "", *, more: Sequence[DlctlError] = ()
) -> tuple[Item, ...]:
    """The results of all environments; reports errors and exits if one failed or was not started.

    `more` are errors that concern several environments. `closing` is logged after the errors of several, and
    where they are interrupted.
    """
    if outcomes.interrupted:
        if closing and len(outcomes.each) > 1:
            log(closing)
        raise KeyboardInterrupt
    log_not_started(outcomes)
    if errors := (*outcomes.errors, *more):
        fail(errors, closing=closing if len(outcomes.each) > 1 else "")
    return outcomes.results


def log_result(report: "MaskedReport") -> None:
    """Print the incomplete steps and a summary line of a run.

    After an interrupt, which leaves many, only those of which something was sent, or which were skipped. Not
    those with an error, which was printed when it happened.
    """
    from dlctl.deploy.model import Result
    from dlctl.plan.view.text import title

    environment = report.scope.environment
    sent = [*report.having(Result.UNKNOWN), *report.having(Result.REQUESTED)]
    stopped = () if report.interrupted else report.having(Result.STOPPED)
    labels = {Result.SKIPPED: " skipped", Result.STOPPED: " not done"}
    outcomes = [*report.having(Result.SKIPPED), *(each for each in sent if each.error is None), *stopped]
    for outcome in outcomes[:SHOWN]:
        reason = f": {outcome.reason}" if outcome.reason else ""
        log(f"{environment}: {title(outcome.ref)}{labels.get(outcome.result, '')}{reason}")
    if len(outcomes) > SHOWN:
        log(f"{environment}: and {len(outcomes) - SHOWN} more")
    if report.waited is not None:
        from dlctl.cli.output.views.waited import log_waited

        log_waited(environment, report.waited)
    log(f"{environment}: {result_line(report)}")


def result_line(report: "MaskedReport") -> str:
    """The summary of a run: `2 created, 1 failed in 0.4 s`; without a time if there was nothing to do."""
    from dlctl.deploy.model import Result

    labels = {
        Result.FAILED: "failed",
        Result.UNKNOWN: "with unknown result",
        Result.SKIPPED: "skipped",
        Result.REQUESTED: "being deleted",
        Result.STOPPED: "not done",
    }
    parts = [f"{count} {done_label(action)}" for action, count in sorted(report.counts.items())]
    parts += [
        f"{len(report.having(result))} {label}" for result, label in labels.items() if report.having(result)
    ]
    if not report.busy:
        return ", ".join(parts) or "nothing to do"
    return f"{', '.join(parts)} in {report.duration:.1f} s"


def finish(outcomes: "Outcomes[MaskedReport]", *, waits: bool = False) -> None:
    """Exit with the code of the runs; an interrupt takes precedence over failures.

    `waits`: the runs wait for their objects.
    """
    if was_interrupted(outcomes):
        from dlctl.cli.output.views.interrupted import log_interrupted

        log_interrupted(outcomes, waits=waits)
        raise typer.Exit(INTERRUPTED)
    log_not_started(outcomes)
    if errors := run_errors(outcomes):
        fail(errors)


def run_errors(outcomes: "Outcomes[MaskedReport]") -> tuple[DlctlError, ...]:
    """The errors of failed environments, of an interrupt, and of environments that were not started."""
    errors = [*outcomes.errors, *(error for report in outcomes.results if (error := _error(report)))]
    if was_interrupted(outcomes):
        errors.append(Interrupted("interrupted", hint="run the command again to continue"))
    errors += [Interrupted(f"{environment}: {CUT_OFF}") for environment in outcomes.cut_off]
    errors += [Interrupted(f"{environment}: {NOT_STARTED}") for environment in outcomes.not_started]
    return tuple(errors)


def was_interrupted(outcomes: "Outcomes[MaskedReport]") -> bool:
    """Whether the user interrupted a run or the loop over environments."""
    return outcomes.interrupted or any(report.interrupted for report in outcomes.results)


def log_not_started(outcomes: Outcomes[Item]) -> None:
    """Print the environments that were not started, or that an interrupt cut off."""
    for environment in outcomes.cut_off:
        log(f"{environment}: {CUT_OFF}")
    for environment in outcomes.not_started:
        log(f"{environment}: {NOT_STARTED}")


def _error(report: "MaskedReport") -> DlctlError | None:
    """The failures of a run as one line; each was already reported when it happened."""
    error = report.error()
    if error is None:
        return None
    return error.with_message(f"{report.scope.environment}: {error.message}").with_problems(())
