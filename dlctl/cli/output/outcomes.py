"""What came of runs, in words and as an exit code."""

import copy
from collections.abc import Callable, Sequence

import typer

from dlctl.cli.exit_codes import INTERRUPTED
from dlctl.cli.output.many import fail, in_environment
from dlctl.cli.output.progress import done_label
from dlctl.cli.output.streams import log
from dlctl.deploy.model import Report, Result
from dlctl.errors import DlctlError, Interrupted
from dlctl.plan.view.text import title
from dlctl.workflow.online import Planned

SHOWN = 20
"""Objects that are named one by one."""


def run_each(planned: Sequence[Planned], run: Callable[[Planned], Report]) -> list[Report]:
    """One environment after the other. An interrupt ends it; a failure in one does not stop the next."""
    reports: list[Report] = []
    for entry in planned:
        reports.append(run(entry))
        if reports[-1].interrupted:
            break
    return reports


def log_result(planned: Planned, report: Report) -> None:
    """What was not done, object by object, and the whole run in one line."""
    outcomes = [*report.having(Result.SKIPPED), *report.having(Result.STOPPED)]
    for outcome in outcomes[:SHOWN]:
        reason = f": {outcome.reason}" if outcome.reason else ""
        word = "skipped" if outcome.result is Result.SKIPPED else "not done"
        log(f"{planned.environment}: {title(outcome.ref)} {word}{planned.redactor.mask_text(reason)}")
    if len(outcomes) > SHOWN:
        log(f"{planned.environment}: and {len(outcomes) - SHOWN} more")
    log(f"{planned.environment}: {result_line(report)}")


def result_line(report: Report) -> str:
    """A run in one line: `2 created, 1 failed in 0.4 s`; no time where there was nothing to do."""
    words = {Result.FAILED: "failed", Result.SKIPPED: "skipped", Result.STOPPED: "not done"}
    parts = [f"{count} {done_label(action)}" for action, count in sorted(report.counts.items())]
    parts += [
        f"{len(report.having(result))} {word}" for result, word in words.items() if report.having(result)
    ]
    if not report.busy:
        return ", ".join(parts) or "nothing to do"
    return f"{', '.join(parts)} in {report.duration:.1f} s"


def run_errors(planned: Sequence[Planned], reports: Sequence[Report]) -> list[DlctlError]:
    """The errors of runs that were begun, and of those that an interrupt left out."""
    errors = [
        in_environment(entry.environment, _summary(error))
        for entry, report in zip(planned, reports, strict=False)
        if (error := report.error())
    ]
    if any(report.interrupted for report in reports):
        errors.append(Interrupted("interrupted", hint="run the same command again: it goes on from there"))
        errors += [Interrupted(f"{entry.environment}: not begun") for entry in planned[len(reports) :]]
    return errors


def finish(planned: Sequence[Planned], reports: Sequence[Report]) -> None:
    """Exit as the runs ended, an interrupt before failures; `reports` may lack the last of `planned`."""
    if any(report.interrupted for report in reports):
        log("interrupted; what was done stays, and the next run goes on from there")
        for entry in planned[len(reports) :]:
            log(f"{entry.environment}: not begun")
        raise typer.Exit(INTERRUPTED)
    errors = run_errors(planned, reports)
    if errors:
        fail(errors)


def _summary(error: DlctlError) -> DlctlError:
    """The error without its single problems: each was told when it came."""
    short = copy.copy(error)
    short.problems = ()
    return short
