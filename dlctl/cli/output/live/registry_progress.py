"""Print what happens while a registry is read: notes, and a row on a terminal."""

import sys
from typing import Self

from dlctl.cli.output.live.display import LiveDisplay
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.style import wants_colour
from dlctl.events import Event, Progress

_ROW = "registry"


class RegistryProgress:
    """An `emit` that prints events; as a context manager it removes the row at the end."""

    def __init__(self) -> None:
        self._display = LiveDisplay() if wants_colour(sys.stderr) else None

    def __enter__(self) -> Self:
        """Return the progress; nothing is printed yet."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Remove the row."""
        if self._display:
            self._display.stop()

    def __call__(self, event: Event) -> None:
        """Print one event."""
        if not isinstance(event, Progress):
            log_event(event)
        elif self._display:
            self._display.show(_ROW, event.text, event.done, event.total)
