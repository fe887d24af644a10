"""The table of objects above the live rows, drawn by rich."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dlctl.cli.output.live.objects import ObjectLine, State
from dlctl.cli.output.style import Style

if TYPE_CHECKING:
    from rich.console import RenderableType

GAP = 2
"""Spaces between two columns."""
NAME_SHARE = 0.5
"""The most of the width that the names take."""

_STYLES = {
    State.FAILED: Style.BAD,
    State.WAITING: Style.WARN,
    State.APPLYING: Style.NOTE,
    State.DELETING: Style.NOTE,
    State.READY: Style.GOOD,
    State.APPLIED: Style.DIM,
    State.DELETED: Style.DIM,
}


def drawn_objects(lines: Sequence[ObjectLine], summary: str, room: int) -> "Iterator[RenderableType]":
    """One line for each object: name, state, reason; a long text ends in an ellipsis. Then the summary."""
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    if lines:
        drawn = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False, expand=True)
        drawn.width = room
        longest = max(cell_len(line.name) for line in lines)
        drawn.add_column(no_wrap=True, overflow="ellipsis", width=min(longest, int(room * NAME_SHARE)))
        drawn.add_column(no_wrap=True, overflow="ellipsis", width=max(cell_len(line.word) for line in lines))
        drawn.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for line in lines:
            drawn.add_row(Text(line.name), Text(line.word, _STYLES[line.state]), Text(line.reason))
        yield drawn
    if summary:
        yield Text(summary, Style.DIM, no_wrap=True, overflow="ellipsis")
