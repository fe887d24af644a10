"""From a place in a skeleton back to the line of the template that wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dlctl.errors import Location
from dlctl.render.engine.tokens import Tokens, token_index


class Chunk(str):
    """A piece of a template's own text that knows where it stands."""

    __slots__ = ("line", "path")

    path: str
    line: int

    @classmethod
    def at(cls, text: str, path: str, line: int) -> "Chunk":
        """The text that starts in this line of this file."""
        chunk = cls(text)
        chunk.path = path
        chunk.line = line
        return chunk


@dataclass(frozen=True, slots=True)
class Written:
    """What one template wrote: the pieces of its skeleton and the values behind the tokens in it."""

    path: str
    pieces: Sequence[str]
    tokens: Tokens

    def location(self, offset: int) -> Location:
        """The template line that wrote the character at `offset` (or the last one before it)."""
        last = Location(self.path, 1)
        for piece in self.pieces:
            inside = offset < len(piece)
            if isinstance(piece, Chunk):
                last = Location(piece.path, piece.line + piece.count("\n", 0, offset))
            elif inside:
                index = token_index(piece)
                return last if index is None else self.tokens.location(index)
            if inside:
                return last
            offset -= len(piece)
        return last

    def line_location(self, line: int, column: int = 1) -> Location:
        """The same for a line and column of the skeleton, both counted from 1."""
        lines = "".join(self.pieces).split("\n")
        before = sum(len(text) + 1 for text in lines[: line - 1])
        return self.location(before + max(column, 1) - 1)
