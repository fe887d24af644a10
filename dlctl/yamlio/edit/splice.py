"""Splices: replacements of parts of a text, and the parsed text that they apply to."""

from collections.abc import Iterable

from msgspec import Struct

from dlctl.yamlio.block import Style
from dlctl.yamlio.edit.lines import detect_style, newline_of
from dlctl.yamlio.edit.tree import Node, parse


class Splice(Struct, frozen=True):
    """Replaces the characters from `start` to `end` with `text`."""

    start: int
    end: int
    text: str = ""


class Source(Struct, frozen=True):
    """A text without byte order mark, its tree, its line end and its indentation style."""

    text: str
    root: Node | None
    style: Style
    newline: str


def read_source(text: str) -> Source:
    """Parse a text that has already been loaded successfully."""
    root = parse(text)
    return Source(text, root, detect_style(root, text), newline_of(text))


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with all splices applied; they may not overlap, and insertions at one place keep order."""
    parts: list[str] = []
    position = 0
    for splice in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        parts += [text[position : splice.start], splice.text]
        position = splice.end
    return "".join([*parts, text[position:]])
