"""`dlctl job logs`: find the job, read its logs, print them."""

from msgspec import Struct

from dlctl.cli.commands.job.finding import Search, search_jobs
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.errors import Failed
from dlctl.cli.output.views.jobs.log_format import LogFormat
from dlctl.cli.output.views.jobs.log_lines import LogPrinter
from dlctl.cli.runtime import Runtime
from dlctl.workflow.job_find import FoundJob
from dlctl.workflow.job_list import JobQuery
from dlctl.workflow.job_logs import LogRequest, logs_of


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
) -> None:
    """`job logs`. Raises UsageError, AppError, ClusterError, and Failed where no log could be read."""
    search = search_jobs(runtime, flags, environment, JobQuery(unmanaged=unmanaged, ended=True))
    _show(search, search.one(name), request, view)


def _show(search: Search, found: FoundJob, request: LogRequest, view: LogView) -> None:
    logs = logs_of(found, request)
    prefix = len(logs.sources) > 1 if view.prefix is None else view.prefix
    printer = LogPrinter(view.form, found.environment, found.ref, prefix=prefix, timestamps=view.timestamps)
    printer.expect(logs.sources)
    for entry in logs.entries:
        printer.write(entry)
    if printer.failed and not printer.lines:
        raise Failed((), 1)
    search.fail_where_unread()
