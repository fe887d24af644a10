"""Draw with rich on a terminal. rich is imported only when needed: output to pipes does not use it."""

import io
import os
from typing import TYPE_CHECKING, TextIO

from dlctl.cli.output.style import wants_colour

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


def terminal_width(stream: TextIO) -> int:
    """The width of a stream's terminal in columns: COLUMNS, else the real width."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    return real_width(stream)


def real_width(stream: TextIO) -> int:
    """The terminal's real width in columns, else 80."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return 80


def real_height(stream: TextIO) -> int:
    """The terminal's real height in lines, else 24."""
    try:
        return os.get_terminal_size(stream.fileno()).lines or 24
    except OSError:
        return 24


def drawn(renderable: "RenderableType", stream: TextIO) -> str:
    """The output of rich for the terminal `stream`, as text with colour codes."""
    console = console_on(io.StringIO(), colour=wants_colour(stream), width=terminal_width(stream))
    with console.capture() as capture:
        console.print(renderable)
    return "".join(line.rstrip(" ") + "\n" for line in capture.get().split("\n")[:-1])


def console_on(file: TextIO, *, colour: bool, width: int | None) -> "Console":
    """A console that never interprets data as markup, emoji names or source code.

    Without `width` it adapts to the size of the terminal.
    """
    from rich.console import Console

    return Console(
        file=file,
        width=width,
        color_system="standard" if colour else None,
        force_terminal=True,
        force_interactive=True,
        force_jupyter=False,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
