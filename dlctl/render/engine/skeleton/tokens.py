"""Tokens: placeholders that expressions write into the text instead of their values.

A token is a number between private-use characters. Templates may not contain these characters, and
values are never part of the text, so nothing else can look like a token.
"""

from typing import Any

from dlctl.errors import Location
from dlctl.pattern import pattern

OPEN = "\ue000"
CLOSE = "\ue001"
TOKEN = pattern(f"{OPEN}([0-9]+){CLOSE}")


class Tokens:
    """The values of one text's expressions, in the order in which they were written."""

    __slots__ = ("places", "values")

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.places: list[tuple[str, int]] = []

    def add(self, value: Any, path: str, line: int) -> str:
        """Store a value and the location of its expression, and return its token."""
        self.values.append(value)
        self.places.append((path, line))
        return f"{OPEN}{len(self.values) - 1}{CLOSE}"

    def location(self, index: int) -> Location:
        """The location of this token's expression."""
        return Location(*self.places[index])


def token_index(text: str) -> int | None:
    """The number of the token in this scalar; None if the scalar is not a token."""
    if not text.startswith(OPEN):
        return None
    match = TOKEN.fullmatch(text)
    return int(match[1]) if match else None
