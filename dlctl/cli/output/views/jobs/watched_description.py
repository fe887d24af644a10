"""`job describe --watch`: redrawn in place on a terminal, appended lines on a pipe."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Protocol, Self

from dlctl.cli.output.live.table import LiveDrawing, can_redraw
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import data
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.views.jobs.columns import job_row, news_of
from dlctl.cli.output.views.jobs.description import (
    POD_HEADINGS,
    after_pods,
    before_pods,
    event_text,
    pod_cells,
    print_text,
)
from dlctl.events import Event, Note
from dlctl.jobs.description import JobDescription
from dlctl.jobs.model import Job
from dlctl.jobs.pod_rows import PodRow

LEAST_PODS = 5
"""Pods that are drawn on the smallest terminal."""


class DescriptionView(Protocol):
    """Shows a job as it is now; a context manager."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

    def show(self, found: JobDescription) -> None:
        """Show what is known of the job now."""
        ...

    def note(self, event: Event) -> None:
        """Show that the cluster cannot be read, or that it can again."""
        ...

    def end(self) -> None:
        """Nothing changes any more."""
        ...


def description_view() -> DescriptionView:
    """How stdout shows a job."""
    return RedrawnDescription() if can_redraw() else AppendedDescription()


class RedrawnDescription:
    """All that is known of the job, redrawn; at the end it is written whole."""

    def __init__(self) -> None:
        self._drawing = LiveDrawing()
        self._last: JobDescription | None = None
        self._note = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._drawing.__exit__(*exception)

    def show(self, found: JobDescription) -> None:
        """Draw the parts; of many pods those for which there is room."""
        from rich.text import Text

        from dlctl.cli.output.tables.terminal_table import terminal_table
        from dlctl.cli.output.terminal import terminal_width

        self._last = found
        now = datetime.now(UTC)
        before, after = before_pods(found, now), after_pods(found, now)
        pods = found.pods or ()
        room = max(LEAST_PODS, self._drawing.height - (before + after).count("\n") - 5)
        rows = [[Cell(text) for text in pod_cells(pod, now)] for pod in pods[:room]]
        more = f"  and {len(pods) - room} more\n" if len(pods) > room else ""
        table = terminal_table(POD_HEADINGS, rows, terminal_width(sys.stdout)) if rows else ()
        title = "\nPods:\n" if rows else ""
        self._drawing.draw(Text(before + title, end=""), *table, Text(more + after + self._note, end=""))

    def note(self, event: Event) -> None:
        """Draw the last note below what was read before."""
        if isinstance(event, Note):
            self._note = printable(f"\nnote: {event.text}\n")
            if self._last is not None:
                self.show(self._last)

    def end(self) -> None:
        """Write the last state whole."""
        self._drawing.remove()
        if self._last is not None:
            print_text(self._last, datetime.now(UTC))


class AppendedDescription:
    """All that is known of the job once, then a line with its time for each change."""

    def __init__(self) -> None:
        self._last: JobDescription | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        return

    def show(self, found: JobDescription) -> None:
        """Write what has changed."""
        now = datetime.now(UTC)
        if self._last is None:
            print_text(found, now)
        else:
            lines = changes(self._last, found, now)
            data("".join(f"{now:%Y-%m-%dT%H:%M:%SZ} {line}\n" for line in lines))
        self._last = found

    def note(self, event: Event) -> None:
        """Write it to stderr."""
        log_event(event)

    def end(self) -> None:
        """Every change was written."""


def changes(before: JobDescription, after: JobDescription, now: datetime) -> Iterator[str]:
    """A line for each pod, event and cause that is new or has changed, and for the job itself at the end."""
    known = {pod.name: pod for pod in before.pods or ()}
    for pod in after.pods or ():
        if _state(pod) != _state(known.pop(pod.name, None)):
            yield _pod_line(pod)
    yield from (f"pod {pod.replica} deleted" for pod in known.values())
    events = frozenset(before.events)
    yield from (f"event {event_text(each, now)}" for each in after.events if each not in events)
    if news_of(after.job) != news_of(before.job):
        yield _job_line(after.job, now)


def _state(pod: PodRow | None) -> tuple[object, ...] | None:
    return None if pod is None else (pod.phase, pod.ready, pod.restarts, pod.node, pod.exit_code, pod.cause)


def _pod_line(pod: PodRow) -> str:
    parts = (
        pod.phase,
        "ready" if pod.ready else "",
        f"on {pod.node}" if pod.node else "",
        f"restarts {pod.restarts}" if pod.restarts else "",
        pod.cause,
    )
    return f"pod {pod.replica} {', '.join(filter(None, parts))}"


def _job_line(job: Job, now: datetime) -> str:
    row = job_row(job, now)
    reason = f": {job.reason.text}" if job.reason.text else ""
    return f"job {job.ref.name} {job.phase.value}, ready {row['READY']}{reason}"
