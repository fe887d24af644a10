"""Map positions in a skeleton to lines of the templates that wrote them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from msgspec import Struct

from dlctl.errors import Location
from dlctl.pattern import pattern
from dlctl.render.engine.skeleton.tokens import Tokens, token_index

_END_OF_LINE = pattern("\n")


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
        ends_of_lines: dict[int, list[int]] = {}
        return [self._location(bisect_right(ends, offset), ends, offset, ends_of_lines) for offset in offsets]

    def _location(
        self, index: int, ends: Sequence[int], offset: int, ends_of_lines: dict[int, list[int]]
    ) -> Location:
        """The location of `offset` in the piece at `index`; after the last piece, the end of that piece.

        `ends_of_lines` keeps those of the pieces that were looked at: a piece may have many documents.
        """
        if index == len(self.pieces):
            return self._before(index)
        piece = self.pieces[index]
        if isinstance(piece, Chunk):
            if index not in ends_of_lines:
                ends_of_lines[index] = [found.start() for found in _END_OF_LINE.finditer(piece)]
            inside = offset - (ends[index] - len(piece))
            return Location(piece.path, piece.line + bisect_left(ends_of_lines[index], inside))
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
