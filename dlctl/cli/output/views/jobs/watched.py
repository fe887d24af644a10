"""`job list --watch`: redrawn in place on a terminal, appended lines on a pipe."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol, Self

from dlctl.cli.output.live.table import LiveTable, can_redraw
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import data
from dlctl.cli.output.tables.plain_table import column_widths, line_of
from dlctl.cli.output.views.jobs.columns import OPTIONAL, JobRow, columns, job_row, news_of, unread_row
from dlctl.cli.output.views.jobs.listing import Reads, jobs_in
from dlctl.cli.output.views.jobs.notes import notes_of
from dlctl.cli.output.views.unread import error_class
from dlctl.events import Note
from dlctl.jobs.model import Job
from dlctl.jobs.select import is_recent

DELETED = "Deleted"
"""What is written as the phase of a job that does not exist any more."""


class WatchView(Protocol):
    """Shows jobs as they are now; a context manager."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

    def show(self, reads: Reads) -> None:
        """Show what was read last, and what is to be known about it."""
        ...


def watch_view(*, several: bool) -> WatchView:
    """How stdout shows jobs; `several` environments have a column."""
    return RedrawnJobs(several=several) if can_redraw() else AppendedJobs(several=several)


class RedrawnJobs:
    """The table of all jobs, redrawn."""

    def __init__(self, *, several: bool) -> None:
        self._several = several
        self._table = LiveTable(OPTIONAL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._table.__exit__(*exception)

    def show(self, reads: Reads) -> None:
        """Draw the jobs, the newest first, and a row for each environment that cannot be read."""
        now = datetime.now(UTC)
        rows = [job_row(job, now) for job in jobs_in(reads)]
        rows += [unread_row(each.target, each.error) for each in reads if each.error]
        shown = columns(rows, several=self._several)
        found = [note for each in reads for note in notes_of(each)]
        below = "; ".join(dict.fromkeys(found)) or ("" if rows else "no jobs")
        self._table.show(shown, [[row[name] for name in shown] for row in rows], below)


class AppendedJobs:
    """All rows once, then one for each job that changed; the columns stay as they are at first."""

    def __init__(self, *, several: bool) -> None:
        self._several = several
        self._columns: tuple[str, ...] = ()
        self._widths: tuple[int, ...] = ()
        self._jobs: dict[str, Job] = {}
        self._failed: dict[str, str] = {}
        self._noted: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        return

    def show(self, reads: Reads) -> None:
        """Write a line for each job that is new, has changed, or does not exist any more."""
        now = datetime.now(UTC)
        jobs = {job.uid: job for job in jobs_in(reads)}
        changed = [job for uid, job in jobs.items() if news_of(job) != news_of(self._jobs.get(uid))]
        gone = [job for uid, job in self._jobs.items() if uid not in jobs and is_recent(job, now)]
        unread = {each.target for each in reads if each.error}
        rows = [job_row(job, now) for job in changed]
        rows += [{**job_row(job, now), "PHASE": DELETED} for job in gone if job.environment not in unread]
        rows += self._newly_failed(reads)
        self._jobs = jobs
        self._write(rows)
        for note in (note for each in reads for note in notes_of(each)):
            if note not in self._noted:
                self._noted.add(note)
                log_event(Note(note))

    def _newly_failed(self, reads: Reads) -> list[JobRow]:
        failed = {each.target: error_class(each.error) for each in reads if each.error}
        found = [
            unread_row(each.target, each.error)
            for each in reads
            if each.error and self._failed.get(each.target) != failed[each.target]
        ]
        self._failed = failed
        return found

    def _write(self, rows: Sequence[JobRow]) -> None:
        if not rows:
            return
        first = not self._columns
        if first:
            self._columns = columns(rows, several=self._several)
        lines = [[str(getattr(row[name], "text", row[name])) for name in self._columns] for row in rows]
        if first:
            lines = [list(self._columns), *lines]
            self._widths = column_widths(lines)
        data("".join(line_of(line, self._widths) for line in lines))
