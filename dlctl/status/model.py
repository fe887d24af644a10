"""Status verdicts, and safe access to an object's fields."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from dlctl.manifest import JsonObject


class Status(StrEnum):
    """The states of kstatus (kubernetes-sigs/cli-utils, pkg/kstatus/status/status.go)."""

    CURRENT = "Current"
    IN_PROGRESS = "InProgress"
    FAILED = "Failed"
    TERMINATING = "Terminating"
    NOT_FOUND = "NotFound"
    UNKNOWN = "Unknown"


class Phase(StrEnum):
    """The phases of a job, whatever its kind calls them."""

    QUEUED = "Queued"
    SUSPENDED = "Suspended"
    PENDING = "Pending"
    STARTING = "Starting"
    RUNNING = "Running"
    RESTARTING = "Restarting"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    DELETING = "Deleting"
    UNKNOWN = "Unknown"


NO_CONTROLLER = "NoController"
"""The reason of an object that no controller has written a status for."""

WAITS_FOR_CONTROLLER = "no status: waiting for its controller"
"""The message of such an object while it is young."""

CHANGED = "Changed"
"""The reason of a run that has ended, of which what its spec states never ran."""


class Verdict(Struct, frozen=True):
    """A status with a message: what it waits for, or what failed.

    `reason` is one word, as in conditions. `phase` is that of a job; None for an object that is no job.
    """

    status: Status
    message: str
    reason: str = ""
    phase: Phase | None = None

    @property
    def is_final(self) -> bool:
        """Whether it would not change by waiting."""
        return self.status in (Status.CURRENT, Status.FAILED)

    @property
    def is_without_status(self) -> bool:
        """Whether no controller has written a status of the object."""
        return self.reason == NO_CONTROLLER or self.message == WAITS_FOR_CONTROLLER

    @property
    def may_lack_pods(self) -> bool:
        """Whether it is of a job whose controller may not be allowed to make its pods."""
        return self.phase in (Phase.PENDING, Phase.STARTING, Phase.UNKNOWN)


Rule = Callable[[JsonObject, datetime | None], Verdict]
"""A kind's rule: the object and the current time (None without a clock) to a verdict."""


def current(message: str, phase: Phase | None = None) -> Verdict:
    """The object matches its spec."""
    return Verdict(Status.CURRENT, message, phase=phase)


def in_progress(message: str, phase: Phase | None = None, reason: str = "") -> Verdict:
    """A controller is still working on the object."""
    return Verdict(Status.IN_PROGRESS, message, reason, phase)


def failed(message: str, phase: Phase | None = None, reason: str = "") -> Verdict:
    """The object will not become ready by itself."""
    return Verdict(Status.FAILED, message, reason, phase)


def mapping_at(value: Any, *path: str) -> Mapping[str, Any]:
    """The mapping at `path`; empty if there is none."""
    found = value_at(value, *path)
    return found if isinstance(found, Mapping) else {}


def value_at(value: Any, *path: str) -> Any:
    """The value at `path`, or None."""
    for key in path:
        if type(value) is not dict and not isinstance(value, Mapping):  # the first is far quicker
            return None
        value = value.get(key)
    return value


def number_at(value: Any, *path: str, default: int = 0) -> int:
    """The integer at `path`; `default` if there is none."""
    found = value_at(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else default


def text_at(value: Any, *path: str) -> str:
    """The string at `path`; empty if there is none."""
    found = value_at(value, *path)
    return found if isinstance(found, str) else ""


def conditions_of(body: JsonObject) -> list[Mapping[str, Any]]:
    """`status.conditions` in order, without invalid items."""
    found = value_at(body, "status", "conditions")
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def condition(body: JsonObject, type_: str) -> Mapping[str, Any]:
    """The first condition of a type; empty if there is none."""
    return next((item for item in conditions_of(body) if item.get("type") == type_), {})


def is_true(found: Mapping[str, Any]) -> bool:
    """Whether a condition is true."""
    return found.get("status") == "True"


def message_of(found: Mapping[str, Any], default: str) -> str:
    """A condition's message, else its reason, else the default."""
    return text_at(found, "message") or text_at(found, "reason") or default


def time_of(text: str) -> datetime | None:
    """A time of the API (RFC 3339); None for any other text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
