"""A unified diff, coloured on a terminal."""

import sys
from collections.abc import Iterator

from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import data, write_data
from dlctl.cli.output.style import Style, wants_colour

_STYLES = {"+": Style.GOOD, "-": Style.BAD, "@": Style.NOTE}
"""The first character of a line, and its style."""
_HEADER = ("--- ", "+++ ")


def print_diff(text: str) -> None:
    """Write a diff to stdout; on a pipe unchanged. Raises the errors of `data`."""
    if sys.stdout is not None and wants_colour(sys.stdout):
        write_data("\n".join(_coloured(text)))
    else:
        data(text)


def _coloured(text: str) -> Iterator[str]:
    """The lines, each with its own colour codes, so that a pager can start at any line.

    Only the styles of rich are used: its `Text` is a hundred times slower for twenty thousand lines.
    """
    codes = {sign: _codes(style) for sign, style in _STYLES.items()}
    strong = _codes(Style.STRONG)
    for read in text.split("\n"):
        line = read if read.isprintable() else printable(read)
        sign = line[:1]
        if sign in codes:
            before, after = strong if line[:4] in _HEADER else codes[sign]
            yield before + line + after
        else:
            yield line


def _codes(style: Style) -> tuple[str, str]:
    """The codes that rich writes before and after text of this style."""
    from rich.color import ColorSystem
    from rich.style import Style as RichStyle

    before, _, after = RichStyle.parse(style).render("|", color_system=ColorSystem.STANDARD).partition("|")
    return before, after
