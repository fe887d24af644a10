"""From a place in a skeleton back to the line of the template that wrote it."""

from collections.abc import Sequence

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


class SourceMap:
    """The written pieces of one skeleton, to be asked where a character comes from."""

    __slots__ = ("pieces", "tokens")

    def __init__(self, pieces: Sequence[str], tokens: Tokens) -> None:
        self.pieces = pieces
        self.tokens = tokens

    def location(self, offset: int) -> Location | None:
        """The template line that wrote the character at `offset` (or the last one before it)."""
        last: tuple[str, int] | None = None
        for piece in self.pieces:
            if offset < len(piece):
                return (
                    Location(piece.path, self._line(piece, offset))
                    if isinstance(piece, Chunk)
                    else (self._token_location(piece))
                )
            offset -= len(piece)
            last = (piece.path, self._line(piece, len(piece))) if isinstance(piece, Chunk) else last
        return Location(*last) if last else None

    @staticmethod
    def _line(piece: Chunk, offset: int) -> int:
        return piece.line + piece.count("\n", 0, offset)

    def _token_location(self, piece: str) -> Location | None:
        index = token_index(piece)
        return None if index is None else self.tokens.location(index)

    def line_location(self, line: int, column: int = 1) -> Location | None:
        """The same for a line and column of the skeleton, both counted from 1."""
        lines = "".join(self.pieces).split("\n")
        before = sum(len(text) + 1 for text in lines[: line - 1])
        return self.location(before + max(column, 1) - 1)
