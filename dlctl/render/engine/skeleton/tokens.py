"""Tokens: what an expression writes into the text in place of its value.

They are private-use characters around a number. Templates may not contain these characters, and
values never pass through the text, so nothing else can look like a token.
"""

import re
from typing import Any

from dlctl.errors import Location

OPEN = "\ue000"
CLOSE = "\ue001"
TOKEN = re.compile(f"{OPEN}([0-9]+){CLOSE}")


class Tokens:
    """The values of one text's expressions, in the order in which they were written."""

    __slots__ = ("places", "values")

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.places: list[tuple[str, int]] = []

    def add(self, value: Any, path: str, line: int) -> str:
        """Keep a value and the place of its expression; comes back with the token to write."""
        self.values.append(value)
        self.places.append((path, line))
        return f"{OPEN}{len(self.values) - 1}{CLOSE}"

    def location(self, index: int) -> Location:
        """Where the expression of this token stands."""
        return Location(*self.places[index])


def token_index(text: str) -> int | None:
    """The number of the token that this scalar is; None where it is none."""
    if not text.startswith(OPEN):
        return None
    match = TOKEN.fullmatch(text)
    return int(match[1]) if match else None
