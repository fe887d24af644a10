"""Colours, and the width of the terminal."""

import os
import sys
from enum import StrEnum
from typing import TextIO


class Style(StrEnum):
    """Colours by meaning, as ANSI codes."""

    GOOD = "\x1b[32m"
    BAD = "\x1b[31m"
    WARN = "\x1b[33m"
    NOTE = "\x1b[36m"
    DIM = "\x1b[2m"
    STRONG = "\x1b[1m"


def wants_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal and colour is not disabled (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def styled(text: str, style: Style, stream: TextIO) -> str:
    """The text in a colour, if the stream supports it."""
    return f"{style}{text}\x1b[0m" if wants_colour(stream) else text


def text_width() -> int:
    """The width of running text: 100 columns, or the terminal's width (COLUMNS) if less."""
    import shutil

    return max(30, min(100, shutil.get_terminal_size((100, 24)).columns))


def terminal_width() -> int | None:
    """The terminal's width; None if stdout is not a terminal, so that scripts get whole lines."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns
