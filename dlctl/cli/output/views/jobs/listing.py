"""`job list` for people and for programs."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.output.views.jobs.columns import OPTIONAL, JobRow, columns, job_row, unread_row
from dlctl.cli.output.views.jobs.json import job_json
from dlctl.cli.output.views.jobs.notes import clusters_json, log_notes
from dlctl.cli.runtime import Runtime
from dlctl.jobs.model import Job
from dlctl.jobs.select import each_once, newest_first
from dlctl.workflow.clusters import ClusterRead
from dlctl.workflow.jobs.listing import JobList

Reads = Sequence[ClusterRead[JobList]]


def print_jobs(runtime: Runtime, reads: Reads, form: TableFormat, *, ended: bool) -> None:
    """Write the jobs of all environments, the newest first, and a row for each that could not be read."""
    jobs = jobs_in(reads)
    if form is TableFormat.JSON:
        clusters, errors = clusters_json(reads)
        items = [job_json(job) for job in jobs]
        write_document(runtime, "JobList", clusters=clusters, items=items, errors=errors)
        return
    rows = [*(job_row(job, datetime.now(UTC)) for job in jobs), *unread_rows(reads)]
    if rows or not any(each.error for each in reads):
        print_rows(rows, several=len(reads) > 1, ended=ended)
    log_notes(reads)


def print_rows(rows: Sequence[JobRow], *, several: bool, ended: bool) -> None:
    """Write the table; `several` environments have a column, and so have several namespaces."""
    shown = columns(rows, several=several)
    empty = (
        "no jobs" if ended else "no jobs; --all-jobs lists those that finished more than 24 hours ago, too"
    )
    table(shown, [[row[name] for name in shown] for row in rows], empty, optional=OPTIONAL)


def jobs_in(reads: Reads) -> tuple[Job, ...]:
    """The jobs of all environments, each once, the newest first."""
    found = ((each.target, job) for each in reads if each.result for job in each.result.jobs)
    return newest_first(job for _, job in each_once(found))


def unread_rows(reads: Reads) -> Iterator[JobRow]:
    """Rows beside those of other environments: where none was read, the error alone is enough."""
    for each in reads if any(each.error is None for each in reads) else ():
        if each.error is not None:
            yield unread_row(each.target, each.error)
