"""What is said about an object's state, and how its fields are read without trusting their shape."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from dlctl.manifest import JsonObject


class Status(StrEnum):
    """The states of kstatus (kubernetes-sigs/cli-utils, pkg/kstatus/status/status.go)."""

    CURRENT = "Current"
    IN_PROGRESS = "InProgress"
    FAILED = "Failed"
    TERMINATING = "Terminating"
    NOT_FOUND = "NotFound"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, and in words what is waited for or what went wrong."""

    status: Status
    message: str

    @property
    def is_final(self) -> bool:
        """Whether waiting longer would not change it by itself."""
        return self.status in (Status.CURRENT, Status.FAILED)


Rule = Callable[[JsonObject, datetime | None], Verdict]
"""A kind's rule: the object and the time now (None where no clock is asked) to a verdict."""


def current(message: str) -> Verdict:
    """The object is as its spec asks."""
    return Verdict(Status.CURRENT, message)


def in_progress(message: str) -> Verdict:
    """A controller still works on it."""
    return Verdict(Status.IN_PROGRESS, message)


def failed(message: str) -> Verdict:
    """It will not become ready by itself."""
    return Verdict(Status.FAILED, message)


def mapping_at(value: Any, *path: str) -> Mapping[str, Any]:
    """The mapping at `path`; empty where there is none or something else."""
    found = value_at(value, *path)
    return found if isinstance(found, Mapping) else {}


def value_at(value: Any, *path: str) -> Any:
    """The value at `path`, or None."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def number_at(value: Any, *path: str, default: int = 0) -> int:
    """The integer at `path`; `default` where there is none or something else."""
    found = value_at(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else default


def text_at(value: Any, *path: str) -> str:
    """The string at `path`; empty where there is none or something else."""
    found = value_at(value, *path)
    return found if isinstance(found, str) else ""


def conditions_of(body: JsonObject) -> list[Mapping[str, Any]]:
    """`status.conditions` in listed order, without what is not a condition."""
    found = value_at(body, "status", "conditions")
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def condition(body: JsonObject, type_: str) -> Mapping[str, Any]:
    """The first condition of a type; empty where there is none."""
    return next((item for item in conditions_of(body) if item.get("type") == type_), {})


def is_true(found: Mapping[str, Any]) -> bool:
    """Whether a condition holds."""
    return found.get("status") == "True"


def message_of(found: Mapping[str, Any], default: str) -> str:
    """What a condition says about itself: its message, else its reason."""
    return text_at(found, "message") or text_at(found, "reason") or default
