"""Draw with rich for a terminal. rich is imported here and nowhere else without need: pipes do without."""

import io
import os
from typing import TYPE_CHECKING, TextIO

from dlctl.cli.output.style import wants_colour

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


def terminal_width(stream: TextIO) -> int:
    """The columns of the terminal that a stream is: COLUMNS, else what it says itself."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    return real_width(stream)


def real_width(stream: TextIO) -> int:
    """The columns that the terminal itself says it has, else 80."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return 80


def drawn(renderable: "RenderableType", stream: TextIO) -> str:
    """What rich draws for the terminal that `stream` is, as text with its colour codes."""
    console = console_on(io.StringIO(), colour=wants_colour(stream), width=terminal_width(stream))
    with console.capture() as capture:
        console.print(renderable)
    return "".join(line.rstrip(" ") + "\n" for line in capture.get().split("\n")[:-1])


def console_on(file: TextIO, *, colour: bool, width: int | None) -> "Console":
    """A console for a terminal, on which our data is never read as markup, emoji names or source text.

    Without `width` it follows the size of the terminal.
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
