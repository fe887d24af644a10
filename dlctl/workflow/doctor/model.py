"""The answers of `doctor`."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How something is: as it should be, missing where that may be wanted, or wrong."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at: its area, its name, what was found, and what to do."""

    area: str
    name: str
    state: State
    message: str
    hint: str = ""
