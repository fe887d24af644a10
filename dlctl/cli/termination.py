"""SIGTERM and SIGHUP end a command as Ctrl-C does: work in progress is reported, the terminal is restored."""

import signal
from types import FrameType
from typing import NoReturn

from dlctl.cli.exit_codes import INTERRUPTED


class Termination:
    """Which signal ended the process, if one did."""

    def __init__(self) -> None:
        self._number = int(signal.SIGINT)

    def handle(self) -> None:
        """Raise KeyboardInterrupt for these signals; one that is ignored, as under nohup, stays so."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._interrupt)

    def exit_code(self, code: int) -> int:
        """128 + the signal's number instead of the exit code after Ctrl-C, as in shells."""
        return 128 + self._number if code == INTERRUPTED else code

    def _interrupt(self, number: int, _: FrameType | None) -> NoReturn:
        self._number = number
        raise KeyboardInterrupt
