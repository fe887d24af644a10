"""Print the engine's events as they happen: result lines, and one live line on a terminal."""

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
"""Past participles, as in kubectl."""


def done_label(action: Action) -> str:
    """The label of a completed action: `created`."""
    return _DONE[action][0] if action in _DONE else action.value


class LiveProgress:
    """Prints the events of all environments of a command; `quiet` omits results (for JSON output).

    Its listeners can be called from several threads. As a context manager it clears the live line at the
    end.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.live_line = False
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
        """Print several lines together, without the live line."""
        with self.lock:
            self.clear()
            yield

    def show(self, environment: str, masked: MaskedEvent) -> None:
        """Print one event."""
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
        """Print a line for a completed action on an object."""
        label, style = _DONE.get(event.action, (event.action.value, Style.NOTE))
        if self.quiet:
            return
        try:
            data(f"{environment}: {title(event.ref)} {styled(label, style, sys.stdout)}\n")
        except (DlctlError, BrokenPipeError) as error:
            # The output cannot be written any more, but the run must still be completed.
            self.quiet = True
            drop_stdout()
            if isinstance(error, DlctlError):
                log(f"warning: {error.message}", Style.WARN)

    def _progress(self, environment: str, event: Progress) -> None:
        if not wants_colour(sys.stderr):
            return
        count = f" {event.done}/{event.total}" if event.total else ""
        write_log(f"\r\x1b[2K{environment}: {event.text}{count} …")
        self.live_line = True

    def clear(self) -> None:
        """Clear the live line before other output."""
        if self.live_line:
            write_log("\r\x1b[2K")
            self.live_line = False


def log_failure(environment: str, event: Failed) -> None:
    """Print a failure with its reason and hint."""
    label = styled("failed", Style.BAD, sys.stderr)
    log(f"{environment}: {title(event.ref)} {label}: {printable(str(event.error))}")
    if event.error.hint:
        log(f"  {printable(event.error.hint)}", Style.NOTE)
