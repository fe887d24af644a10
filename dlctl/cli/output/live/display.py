"""Rows that move at the foot of a terminal while anybody may write lines above them."""

import contextlib
import io
import os
import sys
import threading
import time
from dataclasses import dataclass
from typing import TextIO

from dlctl.cli.output.live.rows import Row
from dlctl.cli.output.live.screen import LiveScreen
from dlctl.cli.output.printable import printable

EVERY = 0.1
"""Seconds between two drawings. Work that ends before the first one is not drawn, and imports no rich."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A display that is on: what draws it, what ends its thread, and the streams that it replaced."""

    screen: LiveScreen
    ended: threading.Event
    stderr: TextIO
    stdout: TextIO


class LiveDisplay:
    """Rows by name on stderr, which is a terminal. Every method may be called from any thread.

    From the first row to `stop`, sys.stderr (and sys.stdout, where it is the same terminal) is replaced,
    so that lines that are written there appear above the rows. A text that does not end its line, such
    as a question, stops the display.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._rows: dict[str, Row] = {}
        self._running: _Running | None = None

    def show(self, name: str, text: str, done: int = 0, total: int = 0) -> None:
        """Show a row, or change it; its clock starts when it is first shown."""
        with self._lock:
            begun = self._rows[name].begun if name in self._rows else time.monotonic()
            self._rows[name] = Row(" ".join(printable(text).split()), done, total, begun)
            if self._running is None:
                self._running = self._start(sys.stderr, sys.stdout)

    def _start(self, stderr: TextIO, stdout: TextIO) -> _Running:
        running = _Running(LiveScreen(stderr), threading.Event(), stderr, stdout)
        sys.stderr = _Above(self, stderr)
        if _same_terminal(stdout, stderr):
            sys.stdout = _Above(self, stdout)
        threading.Thread(target=self._draw_until_ended, args=[running], daemon=True).start()
        return running

    def _draw_until_ended(self, running: _Running) -> None:
        if running.ended.wait(EVERY):
            return
        import rich.live  # noqa: F401 - before the lock is taken: it takes a while

        while not running.ended.wait(EVERY):
            with self._lock, contextlib.suppress(OSError):
                if self._running is running:
                    running.screen.draw(self._rows.values())

    def remove(self, name: str) -> None:
        """Show a row no more."""
        with self._lock:
            self._rows.pop(name, None)

    def write(self, text: str, stream: TextIO) -> None:
        """Write a text above the rows; to the stream itself where there are none."""
        with self._lock:
            if text and not text.endswith("\n"):
                self.stop()
            if self._running:
                self._running.screen.write(text)
            else:
                stream.write(text)
                stream.flush()

    def stop(self) -> None:
        """Remove the rows, and give sys.stderr and sys.stdout back."""
        with self._lock:
            running, self._running = self._running, None
            self._rows.clear()
            if running:
                running.ended.set()
                sys.stderr, sys.stdout = running.stderr, running.stdout
                with contextlib.suppress(OSError):
                    running.screen.close()


class _Above(io.StringIO):
    """Stands for a stream of the terminal while rows are shown on it."""

    def __init__(self, display: LiveDisplay, stream: TextIO) -> None:
        super().__init__()
        self._display = display
        self._stream = stream

    def write(self, text: str) -> int:
        """Above the rows."""
        self._display.write(text, self._stream)
        return len(text)

    def isatty(self) -> bool:
        """It is one."""
        return True

    def fileno(self) -> int:
        """That of the stream."""
        return self._stream.fileno()


def _same_terminal(stdout: TextIO | None, stderr: TextIO) -> bool:
    """Whether both streams are one terminal, and not two, or a file."""
    if stdout is None or not stdout.isatty():
        return False
    return os.fstat(stdout.fileno()).st_rdev == os.fstat(stderr.fileno()).st_rdev
