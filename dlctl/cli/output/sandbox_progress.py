"""Print the sandbox's events on stderr; on a terminal, a build has one live line."""

import sys
import time
from types import TracebackType

from dlctl.cli.output.streams import log, write_log
from dlctl.events import Event
from dlctl.sandbox import events

EVERY = 30.0
"""Seconds between progress lines if stderr is not a terminal, for example a CI log."""


class Progress:
    """An `emit` that prints events; as a context manager it clears the live line at the end."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self.width = 0
        self.printed = 0.0

    def __enter__(self) -> "Progress":
        """Return the progress; nothing is printed yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Clear the live line."""
        self._clear()

    def __call__(self, event: Event) -> None:
        """Print one event."""
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
        elif time.monotonic() - self.printed > EVERY:
            self.printed = time.monotonic()
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
                f"Building {title} with {toolchain}. This is done once and takes several minutes;\n"
                f"an interrupted build continues where it stopped. Target: {target}"
            )
        case events.Built(_, elapsed, title):
            return f"Built {title} in {elapsed:.0f} s"
        case events.Cleaned(name, reason, kept):
            data = "its data was kept" if kept else "its data was removed"
            return f"Cleaned up crashed sandbox '{name}' ({reason}); {data}"
        case events.PortsTaken():
            return "A port is already in use; retrying with other ports"
        case _:
            return _outcome(event)


def _outcome(event: Event) -> str:
    match event:
        case events.AlreadyRunning(name):
            return f"Sandbox '{name}' is already running"
        case events.NodesChanged(_, created, changed, deleted):
            return f"Nodes: {created} created, {changed} changed, {deleted} deleted"
        case events.Merged(path, context, removed):
            done = f"Removed context {context} from" if removed else f"Added context {context} to"
            return f"{done} {path}"
        case events.Ready(name, server, elapsed):
            return f"Sandbox '{name}' is ready at {server} ({elapsed:.1f} s)"
        case events.OperatorReady(name, operator, elapsed):
            return f"{operator} is running in sandbox '{name}' ({elapsed:.1f} s)"
        case events.Stopped(name, kept):
            return f"Stopped sandbox '{name}'" + ("; its data was kept" if kept else "")
        case _:
            return ""
