"""What long work says while it goes on."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Work in numbers: `done` of `total` (0: not known yet), and what is being done."""

    message: str
    done: int = 0
    total: int = 0


Emit = Callable[[Progress], None]


def no_events(progress: Progress) -> None:
    """For callers that do not want to know."""
