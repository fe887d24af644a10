"""A problem of one object, and field paths as Kubernetes writes them."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from dlctl.pattern import pattern

FieldPath = tuple[str | int, ...]
"""The steps from an object to a value: keys of mappings and indexes of lists."""

_PLAIN = pattern(r"[A-Za-z_$][A-Za-z0-9_$-]*\Z")


class Level(StrEnum):
    """An API server refuses an object with an error; with a warning it stores the object."""

    ERROR = "error"
    WARNING = "warning"


class Problem(Struct, frozen=True):
    """A problem of one object: where in it, and what, in the words of the Kubernetes API.

    `code` is a stable word for scripts, such as `unknown-field`; `shown` is the field's value as the message
    has it, so that a secret one can be masked.
    """

    code: str
    path: FieldPath
    message: str
    hint: str | None = None
    level: Level = Level.ERROR
    shown: str = ""


def field_text(path: Sequence[str | int]) -> str:
    """A path as text: `spec.containers[0].image`, `metadata.labels[example.com/team]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.match(step):
            text += f".{step}" if text else step
        else:
            text += f"[{step}]"
    return text
