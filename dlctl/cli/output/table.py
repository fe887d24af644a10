"""Tables with aligned columns."""

import re
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum

from dlctl.cli.output.streams import data, log
from dlctl.cli.output.style import Style, styled, terminal_width


class TableFormat(StrEnum):
    """The formats of commands that list."""

    TABLE = "table"
    JSON = "json"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], empty: str = "") -> None:
    """Write aligned columns to stdout; on a terminal the last one wraps instead of the whole line.

    If there are no rows, `empty` is printed on stderr instead.
    """
    cells = [[_one_line(cell) for cell in row] for row in rows]
    if not cells and empty:
        log(empty)
        return
    widths = [max(_visible(row[i]) for row in [list(headings), *cells]) for i in range(len(headings))]
    limit = terminal_width()
    lines = [_heading(headings, widths)]
    for row in cells:
        lines.extend(_fitted(row, widths, limit))
    data("\n".join(lines) + "\n")


def _heading(headings: Sequence[str], widths: Sequence[int]) -> str:
    line = "   ".join(name.ljust(width) for name, width in zip(headings, widths, strict=True)).rstrip()
    return styled(line, Style.STRONG, sys.stdout)


def _fitted(row: Sequence[str], widths: Sequence[int], limit: int | None) -> list[str]:
    import textwrap

    start = "   ".join(
        cell + " " * (width - _visible(cell)) for cell, width in zip(row[:-1], widths[:-1], strict=True)
    )
    start = start + "   " if len(row) > 1 else ""
    indent = sum(width + 3 for width in widths[:-1])
    room = (limit or 0) - indent
    if limit is None or len(row[-1]) <= room or room < 20:
        return [(start + row[-1]).rstrip()]
    first, *rest = textwrap.wrap(row[-1], room, break_long_words=False) or [""]
    return [(start + first).rstrip(), *(" " * indent + line for line in rest)]


def _visible(text: str) -> int:
    """A text's length without colour codes."""
    return len(text) if "\x1b" not in text else len(re.sub(r"\x1b\[[0-9;]*m", "", text))


def _one_line(text: str) -> str:
    return " ".join(text.split()) if "\n" in text else text
