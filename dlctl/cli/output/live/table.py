"""A table that is redrawn in place, on a terminal."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from dlctl.cli.output.printable import printable
from dlctl.cli.output.style import Style, wants_colour
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import not_shown
from dlctl.cli.output.terminal import console_on, terminal_width

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

BELOW = 2
"""Lines that are kept free: for what is left out, and for the cursor."""


def can_redraw() -> bool:
    """Whether stdout is a terminal on which lines can be redrawn."""
    return (
        sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
    )


class LiveDrawing:
    """What is redrawn in place; as a context manager it leaves the last drawing. Not thread-safe."""

    def __init__(self) -> None:
        self._live: Live | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._live is not None:
            self._live.stop()

    @property
    def height(self) -> int:
        """Lines of the terminal."""
        return self._begun().console.size.height

    def draw(self, *parts: "RenderableType") -> None:
        """Draw these parts, one below the other, in place of those before."""
        from rich.console import Group

        self._begun().update(Group(*parts), refresh=True)

    def remove(self) -> None:
        """Take the drawing away: something else follows in its place."""
        if self._live is not None:
            self._live.transient = True
            self._live.stop()
            self._live = None

    def _begun(self) -> "Live":
        from rich.live import Live

        if self._live is None:
            console = console_on(sys.stdout, colour=wants_colour(sys.stdout), width=None)
            self._live = Live(
                console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
            )
            self._live.start()
        return self._live


class LiveTable(LiveDrawing):
    """A table that is redrawn in place."""

    def __init__(self, optional: Sequence[str] = ()) -> None:
        super().__init__()
        self._optional = optional

    def show(self, headings: Sequence[str], rows: Sequence[Sequence[str | Cell]], below: str = "") -> None:
        """Draw the rows, as many as there is room for, with a line `below` them."""
        from rich.text import Text

        from dlctl.cli.output.tables.terminal_table import terminal_table, without_optional

        room = self.height - BELOW - 1
        left = max(0, len(rows) - room)
        cells = [[_cell(entry) for entry in row] for row in rows[: len(rows) - left]]
        width = terminal_width(sys.stdout)
        kept, narrowed = without_optional(headings, cells, width, self._optional)
        left_out = not_shown(headings, kept, width) if cells else ""
        more = "; ".join(filter(None, (f"and {left} more" if left else "", left_out)))
        lines = [Text(line, style=Style.DIM, no_wrap=True) for line in (more, printable(below)) if line]
        self.draw(*(terminal_table(kept, narrowed, width) if cells else ()), *lines)


def _cell(entry: str | Cell) -> Cell:
    cell = Cell(entry) if isinstance(entry, str) else entry
    return Cell(printable(" ".join(cell.text.split())), cell.style)
