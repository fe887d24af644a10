"""Events of the engine as they happen: lines that stay, and one line that moves on a terminal."""

import sys
from typing import Self

from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import data, drop_stdout, log, write_log
from dlctl.cli.output.style import Style, styled, wants_colour
from dlctl.deploy.events import Applied, Event, Failed, Progress
from dlctl.errors import DlctlError
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


class LiveReport:
    """Prints results on stdout as they come; `quiet` prints none (for JSON output).

    Left as a context, by an error too, it leaves no half line on the terminal.
    """

    def __init__(self, environment: str, *, quiet: bool) -> None:
        self.environment = environment
        self.quiet = quiet
        self.moving = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.clear()

    def emit(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, Progress):
            self._progress(event)
            return
        self.clear()
        if isinstance(event, Applied):
            self.done(event)
        elif isinstance(event, Failed):
            report_object(self.environment, event)

    def done(self, event: Applied) -> None:
        """One line for an object that was dealt with."""
        word, style = _DONE.get(event.action, (event.action.value, Style.NOTE))
        if self.quiet:
            return
        try:
            data(f"{self.environment}: {title(event.ref)} {styled(word, style, sys.stdout)}\n")
        except (DlctlError, BrokenPipeError) as error:
            # Nobody reads on, or nobody can: what was begun on a cluster goes on to its end all the same.
            self.quiet = True
            drop_stdout()
            if isinstance(error, DlctlError):
                log(f"warning: {error.message}", Style.WARN)

    def _progress(self, event: Progress) -> None:
        if not wants_colour(sys.stderr):
            return
        count = f" {event.done}/{event.total}" if event.total else ""
        write_log(f"\r\x1b[2K{self.environment}: {event.message}{count} …")
        self.moving = True

    def clear(self) -> None:
        """Remove the moving line before something else is written."""
        if self.moving:
            write_log("\r\x1b[2K")
            self.moving = False


def report_object(environment: str, event: Failed) -> None:
    """What failed, why, and what to do, as soon as it is known."""
    word = styled("failed", Style.BAD, sys.stderr)
    log(f"{environment}: {title(event.ref)} {word}: {printable(str(event.error))}")
    if event.error.hint:
        log(f"  {printable(event.error.hint)}", Style.NOTE)
