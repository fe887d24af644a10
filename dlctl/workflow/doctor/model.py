"""The answers of `doctor`."""

from enum import StrEnum

from msgspec import Struct


class State(StrEnum):
    """How something is: as it should be, missing where that may be wanted, or wrong."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Diagnosis(Struct, frozen=True):
    """One thing that was looked at: its area, its name, what was found, and what to do."""

    area: str
    name: str
    state: State
    message: str
    hint: str = ""
