"""Tables drawn by rich, in kubectl's style; nothing is cut off."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.widths import LEAST, NARROW, READABLE, column_widths, words_fit

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

GAP = 3
"""Spaces between two columns."""
PART = 200
"""Rows per part: the first rows of a long table are shown early."""


def terminal_table(
    headings: Sequence[str], rows: Sequence[Sequence[Cell]], room: int, *, header: bool = True
) -> Iterator["Table"]:
    """Columns where `room` allows; else, on a narrow terminal, one block for each row. In parts.

    Blocks have their headings also where there is no `header`.
    """
    from rich.cells import cell_len

    columns = [[row[i].text for row in rows] for i in range(len(headings))]
    title = [Cell(heading, Style.STRONG) for heading in headings]
    lines: Sequence[Sequence[Cell]] = [title, *rows] if header else rows
    widths = column_widths(headings, columns, room - GAP * (len(headings) - 1), cell_len)
    if widths is None:
        lines = list(_blocks(title, rows))
        widths = [max(map(cell_len, headings)), room - max(map(cell_len, headings)) - GAP]
        if widths[1] < LEAST:
            lines, widths = [[cell] for line in lines for cell in line], [room]
    for start in range(0, len(lines), PART):
        yield _drawn(lines[start : start + PART], widths)


def without_optional(
    headings: Sequence[str], rows: Sequence[Sequence[Cell]], room: int, optional: Sequence[str]
) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
    """The table without as many of the `optional` columns as is needed to cut no word, in this order.

    If words have to be cut even without them, only those of the last column, where that is enough; else the
    table as it is, and so where it becomes one block for each row, which has room for all.
    """
    from rich.cells import cell_len

    every = [[row[i].text for row in rows] for i in range(len(headings))]
    blocks = column_widths(headings, every, room - GAP * (len(headings) - 1), cell_len) is None
    wanted = ((True, READABLE), (False, READABLE), (False, NARROW))
    for whole, readable in wanted[:1] if blocks else wanted:
        kept = list(headings)
        for dropped in (None, *optional):
            kept = [heading for heading in kept if heading != dropped]
            places = [headings.index(heading) for heading in kept]
            columns = [[row[place].text for row in rows] for place in places]
            if words_fit(
                kept, columns, room - GAP * (len(kept) - 1), cell_len, whole=whole, readable=readable
            ):
                return kept, [[row[place] for place in places] for row in rows]
    return headings, rows


def _blocks(title: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    """Each cell on its own line after its heading, with an empty line between rows."""
    for number, row in enumerate(rows):
        if number:
            yield Cell(""), Cell("")
        yield from ((heading, cell) for heading, cell in zip(title, row, strict=True) if cell.text)


def _drawn(lines: Sequence[Sequence[Cell]], widths: Sequence[int]) -> "Table":
    from rich.table import Table

    drawn = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)
    for width in widths:
        drawn.add_column(overflow="fold", width=width)
    for line in lines:
        drawn.add_row(*map(_text, line))
    return drawn


def _text(cell: Cell) -> "Text":
    from rich.text import Text

    return Text().append(cell.text, cell.style)
