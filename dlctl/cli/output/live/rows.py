"""The rows of a live display, drawn by rich: text, bar, count and clock."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.progress_bar import ProgressBar
    from rich.table import Table

WIDEST = 100
BAR = 20
ROOM_FOR_BAR = 60
"""Terminals narrower than this show the count without the bar."""


class Row(Struct, frozen=True):
    """Running work: `done` of `total` (0: not known), started at `begun` of the monotonic clock."""

    text: str
    done: int
    total: int
    begun: float


def drawn_rows(rows: Iterable[Row], room: int, now: float) -> "Table":
    """One line for each row; a long text ends in an ellipsis."""
    from rich.table import Table

    drawn = Table.grid(padding=(0, 2, 0, 0), pad_edge=False, expand=True)
    drawn.width = min(room, WIDEST)
    drawn.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for _ in range(3):
        drawn.add_column(justify="right", no_wrap=True)
    for row in rows:
        drawn.add_row(*_cells(row, room, now))
    return drawn


def _cells(row: Row, room: int, now: float) -> "Iterable[RenderableType]":
    from rich.text import Text

    minutes, seconds = divmod(int(now - row.begun), 60)
    bar = _bar(row) if row.total and room >= ROOM_FOR_BAR else ""
    count = f"{row.done}/{row.total}" if row.total else ""
    return Text(row.text), bar, count, f"{minutes}:{seconds:02}"


def _bar(row: Row) -> "ProgressBar":
    from rich.progress_bar import ProgressBar

    return ProgressBar(row.total, row.done, BAR, style="dim", complete_style="green", finished_style="green")
