"""Blocks of YAML as the seeds have them: read by their lines, and mended where the text lost its shape."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dlctl.yamlio.load import load_text

SEEDS = Path(__file__).resolve().parents[4] / "shared" / "seeds"


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a seed from `first` to `last`, as an editor counts them, moved right by `indent` blanks."""

    first: int
    last: int
    indent: int = 0

    def of(self, lines: tuple[str, ...]) -> list[str]:
        """These lines of all lines of a seed."""
        return [" " * self.indent + line for line in lines[self.first - 1 : self.last]]


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of a seed, from `first` to `last`, that look like YAML or make objects and are none: `why`."""

    seed: str
    first: int
    last: int
    why: str


@dataclass(frozen=True, slots=True)
class Mend:
    """What the text has (once), and what its author's file had there."""

    broken: str
    whole: str

    def of(self, text: str) -> str:
        """The text with this place mended."""
        assert text.count(self.broken) == 1, (
            f"{self.broken!r} stands {text.count(self.broken)} times in\n{text}"
        )
        return text.replace(self.broken, self.whole)


@dataclass(frozen=True, slots=True)
class Block:
    """One object of a seed: its pieces, in the order of the object.

    Where the text has a whole object on one line, `layout` gives the same words with their line breaks back.
    """

    seed: str
    pieces: tuple[Piece, ...]
    mends: tuple[Mend, ...] = ()
    layout: str = ""

    def __str__(self) -> str:
        return f"{self.seed}:{self.pieces[0].first}"

    def text(self) -> str:
        """The block as YAML."""
        lines = lines_of(self.seed)
        text = "\n".join(line for piece in self.pieces for line in piece.of(lines))
        for mend in self.mends:
            text = mend.of(text)
        if not self.layout:
            return text
        words = " ".join(self.layout.split())
        assert words in " ".join(text.split()), f"{self} has other words than its layout"
        return self.layout

    def object(self) -> Any:
        """The block as a Kubernetes object."""
        return load_text(self.text(), str(self)).value


@cache
def lines_of(seed: str) -> tuple[str, ...]:
    """All lines of a seed, without their ends."""
    return tuple((SEEDS / seed).read_text(encoding="utf-8").split("\n"))
