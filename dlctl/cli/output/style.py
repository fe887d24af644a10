"""Colours, and the width of running text."""

import os
from enum import StrEnum
from typing import TextIO

from dlctl.cli.output.printable import printable


class Style(StrEnum):
    """Colours by meaning, as names of rich styles."""

    GOOD = "green"
    BAD = "red"
    WARN = "yellow"
    NOTE = "cyan"
    DIM = "dim"
    STRONG = "bold"
    ERROR = "bold red"


def wants_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal and colour is not disabled (https://no-color.org)."""
    dumb = os.environ.get("TERM") in ("dumb", "unknown")
    return stream.isatty() and not dumb and not os.environ.get("NO_COLOR")


def styled(text: str, style: Style | None, stream: TextIO | None) -> str:
    """On a terminal, the text without control characters and in a colour; else unchanged."""
    if stream is None or not stream.isatty():
        return text
    if style is None or not wants_colour(stream):
        return printable(text)
    from rich.color import ColorSystem
    from rich.style import Style as RichStyle

    return RichStyle.parse(style).render(printable(text), color_system=ColorSystem.STANDARD)


def text_width() -> int:
    """The width of running text: 100 columns, or the terminal's width (COLUMNS) if less."""
    import shutil

    return max(30, min(100, shutil.get_terminal_size((100, 24)).columns))
