"""A cell of a table."""

from dataclasses import dataclass

from dlctl.cli.output.style import Style


@dataclass(frozen=True, slots=True)
class Cell:
    """Text with a colour on a terminal."""

    text: str
    style: Style | None = None
