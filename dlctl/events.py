"""What long work reports while it goes on: values, given to an `emit` callback in the thread that works."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from dlctl.redact import Redactor


@dataclass(frozen=True, slots=True)
class Event:
    """Anything that can be reported; rooms add their own kinds of it."""

    def masked(self, redactor: Redactor) -> Self:
        """The same without secrets; an event that has texts of others must mask them."""
        return self


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

    def masked(self, redactor: Redactor) -> Self:
        """The same without secrets."""
        return replace(self, text=redactor.mask_text(self.text))


@dataclass(frozen=True, slots=True)
class WarningNote(Note):
    """One sentence about something that may be wrong, and does not stop the work."""


class MaskedEvent:
    """An event with its secrets masked: what may be printed. It cannot be made without a redactor."""

    __slots__ = ("event",)

    def __init__(self, event: Event, redactor: Redactor) -> None:
        self.event: Event = event.masked(redactor)


Emit = Callable[[Event], None]


Listener = Callable[[MaskedEvent], None]


def masking(listener: Listener, redactor: Redactor) -> Emit:
    """An `emit` that masks each event before the listener gets it."""
    return lambda event: listener(MaskedEvent(event, redactor))


def no_events(event: Event) -> None:
    """An `emit` for callers that do not listen."""
