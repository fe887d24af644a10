"""Print the sandbox's events on stderr; on a terminal, a build has a live row with a bar."""

import math
import sys
import time
from typing import Self

from dlctl.cli.output.live.display import LiveDisplay
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import wants_colour
from dlctl.events import Event
from dlctl.sandbox import events

EVERY = 30.0
"""Seconds between progress lines if stderr is not a terminal, for example a CI log."""
_ROW = "build"


class Progress:
    """An `emit` that prints events; as a context manager it removes the live row at the end."""

    def __init__(self) -> None:
        self._display = LiveDisplay() if wants_colour(sys.stderr) else None
        self._last_line = -math.inf

    def __enter__(self) -> Self:
        """Return the progress; nothing is printed yet."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Remove the live row."""
        if self._display:
            self._display.stop()

    def __call__(self, event: Event) -> None:
        """Print one event."""
        if isinstance(event, events.Compiling | events.Downloading):
            self._passing(event)
        elif text := _lasting(event):
            if self._display:
                self._display.remove(_ROW)
            log(text)

    def _passing(self, event: events.Compiling | events.Downloading) -> None:
        if self._display:
            self._display.show(_ROW, _doing(event), *_counted(event))
        elif time.monotonic() - self._last_line > EVERY:
            self._last_line = time.monotonic()
            log(_passing_line(event))


def _counted(event: events.Compiling | events.Downloading) -> tuple[int, int]:
    if isinstance(event, events.Downloading) or event.done >= event.total:
        return 0, 0
    return event.done, event.total


def _doing(event: events.Compiling | events.Downloading) -> str:
    if isinstance(event, events.Downloading):
        return f"downloading {event.module}"
    return f"compiling {event.package}" if event.done < event.total else "linking"


def _passing_line(event: events.Compiling | events.Downloading) -> str:
    minutes, seconds = divmod(int(event.elapsed), 60)
    clock = f"{minutes}:{seconds:02}"
    if isinstance(event, events.Downloading) or event.done >= event.total:
        return f"  {clock}  {_doing(event)}"
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
        case events.KindsServed(name, count):
            return f"Created the CRDs of {count} kinds in sandbox '{name}'"
        case events.Merged(path, context, removed):
            done = f"Removed context {context} from" if removed else f"Added context {context} to"
            return f"{done} {path}"
        case events.Ready(name, server, elapsed):
            return f"Sandbox '{name}' is ready at {server} ({elapsed:.1f} s)"
        case events.OperatorReady(name, operator, elapsed):
            return f"{operator} is running in sandbox '{name}' ({elapsed:.1f} s)"
        case events.HelperRestarted(name, program):
            return f"{program} of sandbox '{name}' had ended; it was started again"
        case events.Stopped(name, kept):
            return f"Stopped sandbox '{name}'" + ("; its data was kept" if kept else "")
        case _:
            return ""
