"""Lines and live rows on a terminal, drawn by rich."""

import os
import time
from collections.abc import Collection
from typing import TYPE_CHECKING, TextIO

from dlctl.cli.output.live.object_table import drawn_objects
from dlctl.cli.output.live.objects import ObjectStates
from dlctl.cli.output.live.rows import Row, drawn_rows
from dlctl.cli.output.terminal import console_on, real_height, real_width, terminal_width

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

MOST_OBJECTS = 20
"""The most lines of the table of objects."""
AROUND = 2
"""Lines of the terminal that stay free of rows and objects."""


class LiveScreen:
    """Not thread-safe. Before the first drawing lines are written at once; then with the next drawing.

    All methods raise OSError if the terminal was closed.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._live: Live | None = None
        self._lines: list[str] = []

    def write(self, text: str) -> None:
        """Write complete lines above the rows, unchanged."""
        if self._live:
            self._lines.append(text)
        else:
            self.stream.write(text)
            self.stream.flush()

    def draw(self, rows: Collection[Row], objects: ObjectStates) -> None:
        """Write pending lines, and draw the rows below them, under a table of objects."""
        if self._live is None:
            if not rows:
                return
            self._live = self._begun()
        self._write_lines(self._live)
        room = min(terminal_width(self.stream), real_width(self.stream))  # a row must not wrap
        self._live.update(self._drawn(rows, objects, room) if rows else "", refresh=True)

    def _drawn(self, rows: Collection[Row], objects: ObjectStates, room: int) -> "RenderableType":
        from rich.console import Group

        height = min(MOST_OBJECTS, real_height(self.stream) - len(rows) - AROUND)
        table = drawn_objects(*objects.lines(max(0, height)), room)
        return Group(*table, drawn_rows(rows, room, time.monotonic()))

    def close(self) -> None:
        """Write pending lines, and remove the rows."""
        live, self._live = self._live, None
        if live:
            self._write_lines(live)
            live.stop()

    def _begun(self) -> "Live":
        """Without a fixed width the rows adapt when the terminal is resized."""
        from rich.live import Live

        width = terminal_width(self.stream) if os.environ.get("COLUMNS") else None
        live = Live(
            console=console_on(self.stream, colour=True, width=width),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        live.start()
        return live

    def _write_lines(self, live: "Live") -> None:
        from rich.segment import Segment, Segments

        if self._lines:
            text = "".join(self._lines)
            self._lines.clear()
            live.console.print(Segments([Segment(text)]), end="", soft_wrap=True)
