"""Tables: drawn by rich on a terminal, plain aligned columns on a pipe."""

import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum

from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import data, draw, log, stdout_is_terminal
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell


class TableFormat(StrEnum):
    """The output formats of commands that list."""

    TABLE = "table"
    JSON = "json"


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str | Cell]],
    empty: str = "",
    *,
    header: bool = True,
    optional: Sequence[str] = (),
) -> None:
    """Write a table to stdout; if there are no rows, `empty` is printed on stderr instead.

    On a terminal it fits the width; long cells wrap. Where words would be cut, columns of the `optional`
    headings are left out, in this order, and named below. On a pipe each row is one line, with all columns.
    """
    cells = [[_cell(entry) for entry in row] for row in rows]
    if not cells and empty:
        log(empty)
    elif stdout_is_terminal():
        import textwrap

        from dlctl.cli.output.tables.terminal_table import terminal_table, without_optional
        from dlctl.cli.output.terminal import terminal_width

        shown = [[Cell(printable(entry.text), entry.style) for entry in row] for row in cells]
        room = terminal_width(sys.stdout)
        kept, narrowed = without_optional(headings, shown, room, optional)
        for part in terminal_table(kept, narrowed, room, header=header):
            draw(part)
        if text := not_shown(headings, kept, room):
            for line in textwrap.wrap(text, room):
                log(line, Style.DIM)
    else:
        from dlctl.cli.output.tables.plain_table import aligned

        lines = [[entry.text for entry in row] for row in cells]
        data(aligned([headings, *lines] if header else lines))


def not_shown(headings: Sequence[str], kept: Sequence[str], room: int) -> str:
    """A line that names the columns that a terminal is too narrow for; empty if there are none."""
    missing = [heading for heading in headings if heading and heading not in kept]
    return f"not shown on {room} columns: {', '.join(missing)}" if missing else ""


def _cell(entry: str | Cell) -> Cell:
    """A cell on one line: line feeds and tabs become spaces."""
    cell = Cell(entry) if isinstance(entry, str) else entry
    if "\n" in cell.text or "\t" in cell.text:
        return Cell(" ".join(cell.text.split()), cell.style)
    return cell
