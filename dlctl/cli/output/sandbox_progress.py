"""The sandbox's events as lines on stderr; a long build gets one live line on a terminal."""

import sys
import time
from types import TracebackType

from dlctl.cli.output.streams import log, write_log
from dlctl.sandbox import events
from dlctl.sandbox.events import Event

EVERY = 30.0
"""Seconds between two lines of progress where no line can be rewritten, such as a CI log."""


class Progress:
    """An `emit` for people: a context manager, as the live line must end before more is said."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self.width = 0
        self.said = 0.0

    def __enter__(self) -> "Progress":
        """Start silent."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the live line."""
        self._clear()

    def __call__(self, event: Event) -> None:
        """Say one event."""
        if isinstance(event, events.Compiling | events.Downloading):
            self._passing(_passing(event))
        elif text := _lasting(event):
            self._clear()
            log(text)

    def _passing(self, text: str) -> None:
        if self.live:
            self._clear()
            shown = text[: _columns() - 1]
            write_log(shown)
            self.width = len(shown)
        elif time.monotonic() - self.said > EVERY:
            self.said = time.monotonic()
            log(text)

    def _clear(self) -> None:
        if self.width:
            write_log("\r" + " " * self.width + "\r")
            self.width = 0


def _columns() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _passing(event: events.Compiling | events.Downloading) -> str:
    minutes, seconds = divmod(int(event.elapsed), 60)
    clock = f"{minutes}:{seconds:02}"
    if isinstance(event, events.Downloading):
        return f"  {clock}  downloading {event.module}"
    if event.done >= event.total:
        return f"  {clock}  linking"
    return f"  {clock}  {event.done} of {event.total} packages compiled  {event.package}"


def _lasting(event: Event) -> str:
    match event:
        case events.Waiting(reason):
            return f"Waiting: {reason}"
        case events.BuildStarted(toolchain, target, title):
            return (
                f"Building {title} with {toolchain}. This happens once and takes some minutes;\n"
                f"interrupted, it goes on where it stopped. Target: {target}"
            )
        case events.Built(_, elapsed, title):
            return f"Built {title} in {elapsed:.0f} s"
        case events.Cleaned(name, reason, kept):
            data = "its data is kept" if kept else "its data is removed"
            return f"Cleaned the crashed sandbox '{name}' ({reason}); {data}"
        case events.PortsTaken():
            return "A port was taken in the meantime; trying others"
        case _:
            return _outcome(event)


def _outcome(event: Event) -> str:
    match event:
        case events.AlreadyRunning(name):
            return f"The sandbox '{name}' is running already"
        case events.NodesChanged(_, created, changed, deleted):
            return f"Nodes: {created} created, {changed} changed, {deleted} deleted"
        case events.Merged(path, context, removed):
            done = f"Removed the context {context} from" if removed else f"Added the context {context} to"
            return f"{done} {path}"
        case events.Ready(name, server, elapsed):
            return f"The sandbox '{name}' is ready at {server} ({elapsed:.1f} s)"
        case events.OperatorReady(name, operator, elapsed):
            return f"{operator} runs beside the sandbox '{name}' ({elapsed:.1f} s)"
        case events.Stopped(name, kept):
            return f"Stopped the sandbox '{name}'" + ("; its data is kept" if kept else "")
        case _:
            return ""
