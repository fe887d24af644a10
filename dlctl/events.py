"""Events of long operations, passed to an `emit` callback in the working thread."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:  # its hashes take longer to load than all else that reading prototypes needs of this module
    from dlctl.redact import Redactor


class Event(Struct, frozen=True):
    """The base class of events; packages define their own subclasses."""

    def masked(self, redactor: "Redactor") -> Self:
        """The event with secrets masked; subclasses with text from other sources must override this."""
        return self


class Progress(Event, frozen=True):
    """Progress: `done` of `total` (0: not known yet); `text` describes the current work."""

    text: str
    done: int = 0
    total: int = 0


class Note(Event, frozen=True):
    """A note for the user."""

    text: str

    def masked(self, redactor: "Redactor") -> Self:
        """The note with secrets masked."""
        return replace(self, text=redactor.mask_message(self.text))


class WarningNote(Note, frozen=True):
    """A warning about a possible problem that does not stop the operation."""


class TerminalLent(Event, frozen=True):
    """From now on another program, named by `who`, has the terminal; or, not `lent`, no more."""

    who: str
    lent: bool


class MaskedEvent:
    """An event with its secrets masked, which may be printed. It cannot be created without a redactor."""

    __slots__ = ("event",)

    def __init__(self, event: Event, redactor: "Redactor") -> None:
        self.event: Event = event.masked(redactor)


Emit = Callable[[Event], None]


Listener = Callable[[MaskedEvent], None]


def masking(listener: Listener, redactor: "Redactor") -> Emit:
    """An `emit` that masks each event before passing it to the listener."""
    return lambda event: listener(MaskedEvent(event, redactor))


def no_events(event: Event) -> None:
    """An `emit` that ignores all events."""
