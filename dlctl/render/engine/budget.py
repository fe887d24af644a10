"""Limits of one rendering, counted while it runs, so that every template terminates."""

from typing import Any

from msgspec import Struct

from dlctl.errors import RenderError
from dlctl.render.engine.secret_values import SecretText


class Limits(Struct, frozen=True):
    """The limits of one rendering: far above what templates need, but small enough to be harmless."""

    steps: int = 100_000
    """Loop iterations; an include or a fragment counts as CALL_STEPS of them."""
    depth: int = 50
    """Nesting depth of includes and fragments."""
    work: int = 5_000_000
    """Values (and units of WORK_CHARACTERS) that operators, filters and functions process."""
    text: int = 1_000_000
    """Characters of one string."""
    items: int = 100_000
    """Items of one list created by an expression."""
    digits: int = 300
    """Decimal digits of an integer created by an expression."""
    skeleton: int = 8_000_000
    """Characters of one template's output."""
    output: int = 32_000_000
    """Characters of all strings in the result."""
    values: int = 1_000_000
    """Values in the result."""


CALL_STEPS = 10
WORK_CHARACTERS = 64
_SHIFT = WORK_CHARACTERS.bit_length() - 1


class Budget:
    """The remaining budget of one rendering. Every method raises RenderError when a limit is exceeded."""

    __slots__ = ("characters", "depth", "limits", "steps", "values", "work")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = self.depth = self.work = self.values = self.characters = 0

    def step(self, count: int = 1) -> None:
        """Count loop iterations."""
        self.steps += count
        if self.steps > self.limits.steps:
            raise RenderError(
                f"more than {self.limits.steps:,} loop steps", hint="loop over a shorter list or range"
            )

    def enter(self) -> None:
        """Count an include or a fragment at its start; call `leave` when it succeeds."""
        self.step(CALL_STEPS)
        self.depth += 1
        if self.depth > self.limits.depth:
            raise RenderError(
                f"includes and fragments nested more than {self.limits.depth} levels deep",
                hint="check for one that includes itself endlessly",
            )

    def leave(self) -> None:
        """Count the end of an include or a fragment; after an error the budget is not used again."""
        self.depth -= 1

    def touch(self, value: Any) -> None:
        """Count an operation that does not process the value's items."""
        kind = type(value)
        if kind is str or kind is SecretText:
            self.work += 1 + (len(value) >> _SHIFT)
        elif kind is list or kind is dict or kind is tuple:
            self.work += 1 + len(value)
        else:
            self.work += 1
        if self.work > self.limits.work:
            self._too_much_work()

    def weigh(self, value: Any) -> None:
        """Count the values in `value` before an operation that walks over them.

        A shared part counts each time it occurs.
        """
        kind = type(value)
        if kind is str or kind is SecretText:
            self.work += 1 + (len(value) >> _SHIFT)
        elif kind is list or kind is tuple or isinstance(value, dict):
            self._weigh_collection(value)
        else:
            self.work += 1
        if self.work > self.limits.work:
            self._too_much_work()

    def _weigh_collection(self, value: Any) -> None:
        limit = self.limits.work
        waiting = [value]
        while waiting:
            item = waiting.pop()
            kind = type(item)
            if kind is str or kind is SecretText:
                self.work += len(item) >> _SHIFT
            elif kind is list or kind is tuple or isinstance(item, dict):
                self.work += 1 + len(item)
                if self.work > limit:
                    self._too_much_work()
                waiting.extend(item.values() if isinstance(item, dict) else item)

    def _too_much_work(self) -> None:
        raise RenderError(
            "template exceeds the limit of operations", hint="check for lists or strings that grow in a loop"
        )

    def length_of_text(self, length: int) -> None:
        """Refuse a string of this length before it is created, if it is too long."""
        if length > self.limits.text:
            raise RenderError(f"string has more than {self.limits.text:,} characters")
        self.work += length >> _SHIFT

    def length_of_list(self, length: int) -> None:
        """Refuse a list of this length before it is created, if it is too long."""
        if length > self.limits.items:
            raise RenderError(f"list has more than {self.limits.items:,} items")
        self.work += length

    def write(self, values: int, characters: int) -> None:
        """Count values of the output and the characters of their strings."""
        self.values += values
        self.characters += characters
        if self.values > self.limits.values:
            raise RenderError(f"output has more than {self.limits.values:,} values")
        if self.characters > self.limits.output:
            raise RenderError(f"output has more than {self.limits.output:,} characters")
