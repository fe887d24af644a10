"""What the engine says while it works. It is said in the caller's thread, one event at a time."""

from collections.abc import Callable
from dataclasses import dataclass

from dlctl.errors import DlctlError
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action
from dlctl.plan.progress import Progress

__all__ = ["Applied", "Emit", "Event", "Failed", "Progress", "no_events"]


@dataclass(frozen=True, slots=True)
class Applied:
    """An action was done to an object: PRUNE stands for deleted."""

    ref: ObjectRef
    action: Action


@dataclass(frozen=True, slots=True)
class Failed:
    """An action on an object did not work."""

    ref: ObjectRef
    error: DlctlError


Event = Applied | Progress | Failed
Emit = Callable[[Event], None]


def no_events(event: Event) -> None:
    """For callers that do not listen."""
