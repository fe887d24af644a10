"""Events of the engine as they happen: lines that stay, and one line that moves on a terminal."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from dlctl.cli.output.errors import printable
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import data, drop_stdout, log, write_log
from dlctl.cli.output.style import Style, styled, wants_colour
from dlctl.deploy.events import Applied, Failed
from dlctl.errors import DlctlError
from dlctl.events import Listener, MaskedEvent, Progress
from dlctl.plan.model import Action
from dlctl.plan.view.text import title

_DONE = {
    Action.CREATE: ("created", Style.GOOD),
    Action.UPDATE: ("configured", Style.WARN),
    Action.REPLACE: ("replaced", Style.WARN),
    Action.PRUNE: ("deleted", Style.BAD),
    Action.UNCHANGED: ("unchanged", Style.DIM),
}
"""Past participles as kubectl prints them."""


def done_label(action: Action) -> str:
    """An action, done: `created`."""
    return _DONE[action][0] if action in _DONE else action.value


class LiveProgress:
    """Prints what happens to all environments of a command; `quiet` prints no results (for JSON output).

    Its listeners may be called from several threads. Left as a context, by an error too, it leaves no
    half line on the terminal.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.moving = False
        self.lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        with self.lock:
            self.clear()

    def for_environment(self, name: str) -> Listener:
        """The listener of one environment's events."""

        def listen(masked: MaskedEvent) -> None:
            with self.lock:
                self.show(name, masked)

        return listen

    @contextmanager
    def printing(self) -> Iterator[None]:
        """Lines that are printed inside stay together, and no moving line is in their way."""
        with self.lock:
            self.clear()
            yield

    def show(self, environment: str, masked: MaskedEvent) -> None:
        """Show one event."""
        event = masked.event
        if isinstance(event, Progress):
            self._progress(environment, event)
            return
        self.clear()
        if isinstance(event, Applied):
            self._applied(environment, event)
        elif isinstance(event, Failed):
            log_failure(environment, event)
        else:
            log_event(event)

    def _applied(self, environment: str, event: Applied) -> None:
        """One line for an object that was dealt with."""
        label, style = _DONE.get(event.action, (event.action.value, Style.NOTE))
        if self.quiet:
            return
        try:
            data(f"{environment}: {title(event.ref)} {styled(label, style, sys.stdout)}\n")
        except (DlctlError, BrokenPipeError) as error:
            # Nobody reads on, or nobody can: what was begun on a cluster goes on to its end all the same.
            self.quiet = True
            drop_stdout()
            if isinstance(error, DlctlError):
                log(f"warning: {error.message}", Style.WARN)

    def _progress(self, environment: str, event: Progress) -> None:
        if not wants_colour(sys.stderr):
            return
        count = f" {event.done}/{event.total}" if event.total else ""
        write_log(f"\r\x1b[2K{environment}: {event.text}{count} …")
        self.moving = True

    def clear(self) -> None:
        """Remove the moving line before something else is written."""
        if self.moving:
            write_log("\r\x1b[2K")
            self.moving = False


def log_failure(environment: str, event: Failed) -> None:
    """What failed, why, and what to do, as soon as it is known."""
    label = styled("failed", Style.BAD, sys.stderr)
    log(f"{environment}: {title(event.ref)} {label}: {printable(str(event.error))}")
    if event.error.hint:
        log(f"  {printable(event.error.hint)}", Style.NOTE)
