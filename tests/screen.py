"""What somebody sees on a terminal, of what a process wrote to it."""

import re
from dataclasses import dataclass, field

from dlctl.cli.output.tables.plain_table import cell_width

_PART = re.compile(r"\x1b\[(?P<number>[0-9;?]*)(?P<code>[A-Za-z])|(?P<other>.)", re.DOTALL)


@dataclass(slots=True)
class Screen:
    """Lines without end, and a cursor; `frames` has the lines each time that some were about to go.

    A line is its cells; the second one of a wide sign is empty.
    """

    columns: int
    lines: list[list[str]] = field(default_factory=lambda: [[]])
    row: int = 0
    column: int = 0
    cursor_is_shown: bool = True
    frames: list[list[str]] = field(default_factory=list)

    @classmethod
    def after(cls, raw: str, columns: int) -> "Screen":
        """The screen once all of this was written to it."""
        screen = cls(columns)
        for part in _PART.finditer(raw):
            if part["code"]:
                screen._control(part["code"], part["number"])
            else:
                screen._sign(part["other"])
        return screen

    @property
    def text(self) -> list[str]:
        """The lines, without empty ones at the end."""
        return "\n".join("".join(line).rstrip() for line in self.lines).rstrip().splitlines()

    def _sign(self, sign: str) -> None:
        if sign == "\r":
            self.column = 0
        elif sign == "\n":
            self._to_row(self.row + 1)
        else:
            if self.column >= self.columns:
                self._to_row(self.row + 1)
                self.column = 0
            line, width = self.lines[self.row], cell_width(sign)
            line += [" "] * (self.column - len(line))
            line[self.column : self.column + width] = [sign, ""][:width]
            self.column += width

    def _to_row(self, row: int) -> None:
        self.row = row
        while len(self.lines) <= row:
            self.lines.append([])

    def _control(self, code: str, number: str) -> None:
        if code == "K":
            if not self.frames or self.frames[-1] != self.text:
                self.frames.append(self.text)
            self.lines[self.row] = []
        elif code == "A":
            self._to_row(max(0, self.row - int(number or 1)))
        elif number == "?25":
            self.cursor_is_shown = code == "h"
        elif code != "m":
            raise AssertionError(f"a terminal gets an unknown code: {number}{code}")
