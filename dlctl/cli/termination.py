"""Signals that end a command: work in progress is reported, the terminal is restored.

SIGTERM and SIGHUP do as Ctrl-C does. An interrupt that Python drops is sent again: in callbacks, such as
those of imports and of garbage collection, it prints exceptions and goes on.
"""

import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from dlctl.cli.exit_codes import INTERRUPTED

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

AGAIN = 0.01
"""Seconds until a dropped interrupt is sent again: the callback has ended then."""


class Termination:
    """Which signal ended the process, if one did."""

    def __init__(self) -> None:
        self._number = int(signal.SIGINT)

    def handle(self) -> None:
        """Raise KeyboardInterrupt for these signals; one that is ignored, as under nohup, stays so."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._interrupt)
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        sys.unraisablehook = self._dropped

    def exit_code(self, code: int) -> int:
        """128 + the signal's number instead of the exit code after Ctrl-C, as in shells."""
        return 128 + self._number if code == INTERRUPTED else code

    def _interrupt(self, number: int, _: FrameType | None) -> NoReturn:
        self._number = number
        raise KeyboardInterrupt

    def _dropped(self, dropped: "UnraisableHookArgs") -> None:
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, AGAIN)
        else:
            sys.__unraisablehook__(dropped)
