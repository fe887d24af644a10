"""What long work reports while it goes on: values, given to an `emit` callback in the caller's thread."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Anything that can be reported; rooms add their own kinds of it."""


@dataclass(frozen=True, slots=True)
class Progress(Event):
    """Work in numbers: `done` of `total` (0: not known yet), and in `text` what is being done."""

    text: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Note(Event):
    """One sentence that the user may want to know."""

    text: str


@dataclass(frozen=True, slots=True)
class WarningNote(Event):
    """One sentence about something that may be wrong, and does not stop the work."""

    text: str


Emit = Callable[[Event], None]


def no_events(event: Event) -> None:
    """An `emit` for callers that do not listen."""
