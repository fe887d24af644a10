"""Live rows at the bottom of a terminal, with output lines above them."""

import contextlib
import io
import os
import sys
import threading
import time
from typing import TextIO

from msgspec import Struct

from dlctl.cli.output.live.objects import ObjectStates, states_in
from dlctl.cli.output.live.rows import Row
from dlctl.cli.output.live.screen import LiveScreen
from dlctl.cli.output.printable import printable
from dlctl.events import Event

EVERY = 0.1
"""Seconds between two updates. Work that ends before the first one is not shown, and imports no rich."""


_PAUSED = threading.Event()
"""Set while another program has the terminal."""


def pause_drawing(*, paused: bool) -> None:
    """Remove the rows from the terminal and draw none, or no longer so. Lines are still written."""
    if not paused:
        _PAUSED.clear()
        return
    _PAUSED.set()
    if isinstance(sys.stderr, _Above):
        sys.stderr.clear()


class _Running(Struct, frozen=True):
    """An active display: its screen, the event that ends its thread, and the replaced streams."""

    screen: LiveScreen
    ended: threading.Event
    stderr: TextIO
    stdout: TextIO


class LiveDisplay:
    """Rows by name on stderr, which is a terminal, under a table of objects.

    Methods can be called from any thread.

    From the first row to `stop`, sys.stderr (and sys.stdout, if it is the same terminal) is replaced, so
    that lines written there appear above the rows. Text without a line end, such as a prompt, stops the
    display.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._rows: dict[str, Row] = {}
        self._objects = ObjectStates()
        self._running: _Running | None = None

    def show(self, name: str, text: str, done: int = 0, total: int = 0) -> None:
        """Show or update a row; its clock starts when it is first shown."""
        with self._lock:
            begun = self._rows[name].begun if name in self._rows else time.monotonic()
            self._rows[name] = Row(" ".join(printable(text).split()), done, total, begun)
            if self._running is None:
                self._running = self._start(sys.stderr, sys.stdout)

    def show_objects(self, name: str, event: Event) -> None:
        """Show what an event says of objects, above the row of this name."""
        with self._lock:
            for state in states_in(event):
                self._objects.put(name, state)

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
        import rich.live  # noqa: F401 - slow, so before the lock is taken

        while not running.ended.wait(EVERY):
            with self._lock, contextlib.suppress(OSError):
                if self._running is running and not _PAUSED.is_set():
                    running.screen.draw(self._rows.values(), self._objects)

    def remove(self, name: str) -> None:
        """Remove a row, and its objects."""
        with self._lock:
            self._rows.pop(name, None)
            self._objects.remove(name)

    def write(self, text: str, stream: TextIO) -> None:
        """Write a text above the rows, or directly to the stream if there are none."""
        with self._lock:
            if text and not text.endswith("\n"):
                self.stop()
            if self._running:
                self._running.screen.write(text)
            else:
                stream.write(text)
                stream.flush()

    def clear(self) -> None:
        """Remove the rows from the terminal until they are drawn again."""
        with self._lock, contextlib.suppress(OSError):
            if self._running:
                self._running.screen.close()

    def stop(self) -> None:
        """Remove the rows, and restore sys.stderr and sys.stdout."""
        with self._lock:
            running, self._running = self._running, None
            self._rows.clear()
            self._objects = ObjectStates()
            if running:
                running.ended.set()
                sys.stderr, sys.stdout = running.stderr, running.stdout
                with contextlib.suppress(OSError):
                    running.screen.close()


class _Above(io.StringIO):
    """Replaces a stream of the terminal while rows are shown on it."""

    def __init__(self, display: LiveDisplay, stream: TextIO) -> None:
        super().__init__()
        self._display = display
        self._stream = stream

    def write(self, text: str) -> int:
        """Write above the rows."""
        self._display.write(text, self._stream)
        return len(text)

    def clear(self) -> None:
        """Remove the rows until they are drawn again."""
        self._display.clear()

    def isatty(self) -> bool:
        """True: the stream is a terminal."""
        return True

    def fileno(self) -> int:
        """The stream's file descriptor."""
        return self._stream.fileno()


def _same_terminal(stdout: TextIO | None, stderr: TextIO) -> bool:
    """Whether both streams are the same terminal."""
    if stdout is None or not stdout.isatty():
        return False
    return os.fstat(stdout.fileno()).st_rdev == os.fstat(stderr.fileno()).st_rdev
