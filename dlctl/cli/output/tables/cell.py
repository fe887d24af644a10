"""A cell of a table."""

from msgspec import Struct

from dlctl.cli.output.style import Style


class Cell(Struct, frozen=True):
    """Text with a colour on a terminal."""

    text: str
    style: Style | None = None
