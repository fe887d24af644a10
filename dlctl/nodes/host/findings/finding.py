"""A finding about a host."""

from enum import StrEnum

from msgspec import Struct


class Level(StrEnum):
    """How much a finding matters: a warning costs speed or devices, a note explains."""

    WARNING = "warning"
    NOTE = "note"


class Finding(Struct, frozen=True):
    """One finding. `code` is for scripts; `device` is what it is about, empty for the host."""

    code: str
    level: Level
    device: str
    message: str


def warning(code: str, device: str, message: str) -> Finding:
    """A finding that costs speed or devices."""
    return Finding(code, Level.WARNING, device, message)


def note(code: str, device: str, message: str) -> Finding:
    """A finding that explains."""
    return Finding(code, Level.NOTE, device, message)
