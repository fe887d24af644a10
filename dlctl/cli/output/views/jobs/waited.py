"""`job wait` for people and for programs."""

import sys
from collections.abc import Iterator

from msgspec import Struct

from dlctl.cli.exit_codes import SOME_UNREAD
from dlctl.cli.output.age import duration
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.errors import report_failure
from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import log, write_data
from dlctl.cli.output.style import Style, styled
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.json import job_json
from dlctl.cli.output.views.waited import log_cause
from dlctl.cli.runtime import Runtime
from dlctl.deploy.report import cause_report
from dlctl.errors import DeployError, DlctlError, NotFound, NotReady
from dlctl.jobs.choices import JobGoal
from dlctl.jobs.find import full_name
from dlctl.jobs.model import Job
from dlctl.jobs.wait import End, JobChanged, WaitedJob
from dlctl.status.model import Phase


class WaitEnd(Struct, frozen=True):
    """How a wait ended: each job with its environment, and why environments could not be read."""

    goal: JobGoal
    jobs: tuple[tuple[str, WaitedJob], ...]
    errors: tuple[DlctlError, ...]
    seconds: float


def show_change(environment: str, event: JobChanged, *, quiet: bool) -> None:
    """A line on stdout for a job that is as far as it must be, on stderr for one that is in progress."""
    name = printable(f"{environment}: {full_name(event.job.ref)} ")
    if event.end is End.REACHED and not quiet:
        word = "deleted" if event.job.phase is Phase.DELETING else event.job.phase.value.lower()
        write_data(name + styled(word, Style.GOOD, sys.stdout) + "\n")
    elif event.end is None:
        log(printable(name + _state(event.job)), Style.DIM)


def print_waited(runtime: Runtime, end: WaitEnd, form: TableFormat) -> None:
    """Write why jobs are not as far as they must be: one line for each on stderr, then its causes."""
    if form is TableFormat.JSON:
        jobs = [_item(environment, each) for environment, each in end.jobs]
        write_document(
            runtime,
            "JobWait",
            goal=end.goal.value,
            durationSeconds=round(end.seconds, 3),
            jobs=jobs,
            errors=errors_of(end),
        )
    for environment, each in end.jobs:
        error = _error(environment, each, end)
        if error is not None:
            report_failure(error)
            for cause in each.causes:
                log_cause(cause)
    for error in end.errors:
        report_failure(error)


def errors_of(end: WaitEnd) -> tuple[DlctlError, ...]:
    """An error for each job that is not as far as it must be, and each environment that was not read."""
    return (*end.errors, *_errors(end))


def exit_code_of(end: WaitEnd) -> int:
    """The exit code: a job that ended otherwise before one of which nothing is known, before the time limit.

    A job that was not waited for any longer counts for nothing.
    """
    ends = {each.end for _, each in end.jobs}
    if End.MISSED in ends:
        return 1
    if End.GONE in ends or end.errors:
        return SOME_UNREAD
    return NotReady.exit_code if End.TIMED_OUT in ends else 0


def _errors(end: WaitEnd) -> Iterator[DlctlError]:
    for environment, each in end.jobs:
        error = _error(environment, each, end)
        if error is not None:
            yield error


def _error(environment: str, waited: WaitedJob, end: WaitEnd) -> DlctlError | None:
    name = f"{environment}: {full_name(waited.job.ref)}"
    hint = f"'dlctl job describe {full_name(waited.job.ref)} --env {environment}' shows details"
    match waited.end:
        case End.MISSED:
            return DeployError(f"{name} has finished: {_state(waited.job)}", hint=hint)
        case End.TIMED_OUT:
            return NotReady(
                f"{name} is not {end.goal} after {duration(int(end.seconds))}: {_state(waited.job)}",
                hint=hint,
            )
        case End.GONE:
            return NotFound(f"{name} was deleted: its last phase was {_state(waited.job)}")
        case _:
            return None


def _state(job: Job) -> str:
    """`Failed by its program or image: exit 1 (1 of 1 pods)`."""
    by = f" by {job.failed_by.words}" if job.failed_by else ""
    reason = " ".join(job.reason.text.split())
    return ": ".join(filter(None, (f"{job.phase.value}{by}", reason)))


def _item(environment: str, waited: WaitedJob) -> dict[str, object]:
    return {
        "environment": environment,
        "result": waited.end.value,
        "job": job_json(waited.job),
        "causes": [cause_report(cause) for cause in waited.causes],
    }
