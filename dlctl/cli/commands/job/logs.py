"""`dlctl job logs`: find the job, read its logs, print them."""

from msgspec import Struct

from dlctl.cli.commands.job.finding import Search, search_jobs
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.exit_codes import SOME_UNREAD
from dlctl.cli.output.errors import Failed, report_failure
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.views.jobs.log_format import LogFormat
from dlctl.cli.output.views.jobs.log_lines import LogPrinter
from dlctl.cli.runtime import Runtime
from dlctl.errors import ClusterError, DeployError
from dlctl.events import Note
from dlctl.jobs.model import Job
from dlctl.status.model import Phase
from dlctl.workflow.jobs.find import FoundJob
from dlctl.workflow.jobs.listing import JobQuery
from dlctl.workflow.jobs.logs import LogRequest, followed_logs, logs_of


class Follow(Struct, frozen=True):
    """That logs are followed; with `exit_status` the exit code is the result of the job."""

    exit_status: bool = False


class LogView(Struct, frozen=True):
    """How lines are printed; without `prefix` they have one where several logs are read."""

    form: LogFormat = LogFormat.TEXT
    prefix: bool | None = None
    timestamps: bool = False


def show_logs(
    runtime: Runtime,
    flags: ClusterFlags,
    name: str,
    environment: str,
    request: LogRequest,
    view: LogView,
    *,
    unmanaged: bool,
    follow: Follow | None = None,
) -> None:
    """`job logs`. Raises UsageError, AppError, ClusterError, and Failed where no log could be read."""
    search = search_jobs(
        runtime, flags, environment, JobQuery(unmanaged=unmanaged, ended=True, workloads=True)
    )
    found = search.one(name)
    if follow is None:
        _show(search, found, request, view)
    else:
        _follow(search, found, request, view, follow)


def _show(search: Search, found: FoundJob, request: LogRequest, view: LogView) -> None:
    logs = logs_of(found, request)
    prefix = len(logs.sources) > 1 if view.prefix is None else view.prefix
    printer = LogPrinter(view.form, found.environment, found.ref, prefix=prefix, timestamps=view.timestamps)
    printer.expect(logs.sources)
    for entry in logs.entries:
        printer.write(entry)
    _fail_where_nothing_was_read(printer)
    search.fail_where_unread()


def _fail_where_nothing_was_read(printer: LogPrinter) -> None:
    """Exit with 1 where there were logs, and not one could be read; why is on stderr."""
    if printer.failed and not printer.lines:
        raise Failed((), 1)


def _follow(search: Search, found: FoundJob, request: LogRequest, view: LogView, follow: Follow) -> None:
    logs = followed_logs(found, request)
    prefix = found.job.replicas.required != 1 if view.prefix is None else view.prefix
    printer = LogPrinter(view.form, found.environment, found.ref, prefix=prefix, timestamps=view.timestamps)
    for entry in logs.entries:
        printer.write(entry)
    if follow.exit_status:
        _end_as(found.ref.name, logs.job())
    elif logs.job() is None:
        log_event(Note(f"job {found.ref.name} was deleted"))
    _fail_where_nothing_was_read(printer)
    search.fail_where_unread()


def _end_as(name: str, job: Job | None) -> None:
    """Exit as the job ended: 1 where it failed, 4 where it was deleted meanwhile."""
    if job is None:
        error = ClusterError(f"job '{name}' was deleted before it finished")
        report_failure(error)
        raise Failed((error,), SOME_UNREAD)
    if job.phase is not Phase.SUCCEEDED:
        raise DeployError(f"job '{name}' is {job.phase.value}: {job.reason.text or job.message}")
