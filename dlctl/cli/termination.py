"""Signals that end a command: work in progress is reported, the terminal is restored.

SIGTERM and SIGHUP do as Ctrl-C does. A second signal ends the process at once, with one line on stderr.

An interrupt that Python drops is sent again: in callbacks, such as those of imports and of garbage
collection, it prints exceptions and goes on. So is one that comes while an event or a queue takes its lock
back after a wait: raised there, it would leave the lock free, and the end of `with` would fail with a
RuntimeError instead.
"""

import contextlib
import os
import signal
import sys
import time
from types import FrameType
from typing import TYPE_CHECKING

from dlctl.cli.exit_codes import INTERRUPTED

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

AGAIN = 0.01
"""Seconds until a dropped interrupt is sent again: the callback has ended then."""
SAME = 1.0
"""Seconds in which SIGTERM that comes again is the same request: `timeout` sends it twice. So for SIGHUP.

It sends them at once, but a process on a busy machine may handle the second one much later than the first.
"""

CHANGES_REMAIN = "completed changes remain: run the command again to continue"
STDERR = 2
SHOW_CURSOR = b"\x1b[?25h"

_DONE = float("-inf")
_TAKES_LOCK_BACK = "Condition._acquire_restore"
"""The function of `threading` that must not be left before it is done."""


class Termination:
    """Which signal ended the process, if one did."""

    def __init__(self) -> None:
        self._number = int(signal.SIGINT)
        self._handled: float | None = None  # since when a signal is handled

    def handle(self) -> None:
        """Raise KeyboardInterrupt for these signals; one that is ignored, as under nohup, stays so."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._interrupt)
        signal.signal(signal.SIGALRM, self._sent_again)
        sys.unraisablehook = self._dropped

    def all_written(self) -> None:
        """The command is done: from now on a signal ends the process at once."""
        self._handled = _DONE

    def end_plugins(self) -> None:
        """End credential plugins that threads still wait for after an interrupt."""
        started = sys.modules.get("dlctl.cluster.auth.plugin_process")
        if started is not None:
            started.end_plugins()

    def exit_code(self, code: int) -> int:
        """128 + the signal's number instead of the exit code after Ctrl-C, as in shells."""
        return 128 + self._number if code == INTERRUPTED else code

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._handled is None:
            self._number, self._handled = number, now
            _raise_in(frame)
            return
        same = number == self._number != signal.SIGINT and now - self._handled <= SAME
        if not same:
            _show_cursor()
            self._say_interrupted()
            self.end_plugins()
            os._exit(128 + number)  # another KeyboardInterrupt would leave locks and messages half done

    def _say_interrupted(self) -> None:
        """Write a line to stderr, past Python's buffers: a handler may come while they are written."""
        if self._handled == _DONE:
            return
        record = sys.modules.get("dlctl.deploy.record")
        text = f"Interrupted; {CHANGES_REMAIN}" if record is not None and record.any_sent() else "Interrupted"
        with contextlib.suppress(OSError):
            os.write(STDERR, f"{text}\n".encode())

    def _sent_again(self, _: int, frame: FrameType | None) -> None:
        if self._handled == _DONE:
            return
        self._handled = time.monotonic()
        _raise_in(frame)

    def _dropped(self, dropped: "UnraisableHookArgs") -> None:
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, AGAIN)
        else:
            sys.__unraisablehook__(dropped)


def _raise_in(frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt, or a little later where this is no place for it."""
    if frame is None or frame.f_code.co_qualname != _TAKES_LOCK_BACK:
        raise KeyboardInterrupt
    signal.setitimer(signal.ITIMER_REAL, AGAIN)


def _show_cursor() -> None:
    """Show the cursor again, which rich hides while it draws rows."""
    if "rich.live" in sys.modules:
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream is not None and stream.isatty():
                os.write(stream.fileno(), SHOW_CURSOR)
