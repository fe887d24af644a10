"""Map positions in a skeleton to lines of the templates that wrote them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from msgspec import Struct

from dlctl.errors import Location
from dlctl.render.engine.skeleton.tokens import Tokens, token_index


class Chunk(str):
    """A piece of a template's own text, with its location."""

    __slots__ = ("line", "path")

    path: str
    line: int

    @classmethod
    def at(cls, text: str, path: str, line: int) -> "Chunk":
        """The text that starts on this line of this file."""
        chunk = cls(text)
        chunk.path = path
        chunk.line = line
        return chunk


class Written(Struct, frozen=True):
    """The output of one template: the pieces of its skeleton and the values of its tokens."""

    path: str
    pieces: Sequence[str]
    tokens: Tokens

    def location(self, offset: int) -> Location:
        """The template line that wrote the character at `offset` (or the last one before it)."""
        return self.locations((offset,))[0]

    def locations(self, offsets: Iterable[int]) -> list[Location]:
        """The same for many offsets, in one pass over the pieces."""
        ends = list(accumulate(map(len, self.pieces)))
        return [self._location(bisect_right(ends, offset), ends, offset) for offset in offsets]

    def _location(self, index: int, ends: Sequence[int], offset: int) -> Location:
        """The location of `offset` in the piece at `index`; after the last piece, the end of that piece."""
        if index == len(self.pieces):
            return self._before(index)
        piece = self.pieces[index]
        if isinstance(piece, Chunk):
            inside = offset - (ends[index] - len(piece))
            return Location(piece.path, piece.line + piece.count("\n", 0, inside))
        token = token_index(piece)
        return self._before(index) if token is None else self.tokens.location(token)

    def _before(self, index: int) -> Location:
        """The end of the last piece of template text before the piece at `index`."""
        for earlier in range(index - 1, -1, -1):
            piece = self.pieces[earlier]
            if isinstance(piece, Chunk):
                return Location(piece.path, piece.line + piece.count("\n"))
        return Location(self.path, 1)

    def line_location(self, line: int, column: int = 1) -> Location:
        """The same for a line and column of the skeleton, both counted from 1."""
        lines = "".join(self.pieces).split("\n")
        before = sum(len(text) + 1 for text in lines[: line - 1])
        return self.location(before + max(column, 1) - 1)
