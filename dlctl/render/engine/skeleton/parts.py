"""The documents of a long text, each apart: a loop writes many that differ in their tokens alone."""

import itertools
import re

from msgspec import Struct

from dlctl.pattern import pattern
from dlctl.render.engine.skeleton.tokens import CLOSE, OPEN, TOKEN

_MARKER = "\n---\n"
_WHOLE = pattern(r"^(?:%|\.\.\.)|\ufeff", re.MULTILINE)
"""Directives and ends of documents: what they mean depends on the text before."""


class Part(Struct, frozen=True):
    """A part of a text, from its marker `---` on: the text without the numbers of its tokens.

    `first` is the number of its first token, `offset` its place in the whole text.
    """

    shape: str
    first: int
    offset: int

    def numbered(self) -> str:
        """The part with its tokens numbered from 0."""
        numbers = itertools.count()
        return re.sub(OPEN, lambda _: f"{OPEN}{next(numbers)}{CLOSE}", self.shape)


def parts_of(text: str) -> list[Part]:
    """The parts of a text of several documents; none where they have to be read together.

    A line `---` begins a document wherever it stands: inside a value it is an error.
    """
    if _MARKER not in text or _WHOLE.search(text):
        return []
    parts: list[Part] = []
    start = 0
    while start < len(text):
        end = text.find(_MARKER, start) + 1 or len(text)
        part = text[start:end]
        numbers = [int(number) for number in TOKEN.findall(part)]
        first = numbers[0] if numbers else 0
        if numbers != list(range(first, first + len(numbers))):
            return []
        parts.append(Part(TOKEN.sub(OPEN, part), first, start))
        start = end
    return parts
