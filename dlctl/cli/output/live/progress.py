"""Print the engine's events as they happen: result lines, and live rows on a terminal."""

import itertools
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Self, TypeVar

from dlctl.cli.output.notes import log_event
from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import drop_stdout, log, write_data, write_styled_log
from dlctl.cli.output.style import Style, styled, wants_colour
from dlctl.errors import DlctlError, Unreachable
from dlctl.events import Listener, MaskedEvent, Note, Progress
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action

if TYPE_CHECKING:
    from dlctl.cli.output.live.display import LiveDisplay
    from dlctl.deploy.events import Applied, Failed, Judged

Result = TypeVar("Result")

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


def _display() -> "LiveDisplay":
    from dlctl.cli.output.live.display import LiveDisplay  # only on a terminal

    return LiveDisplay()


class LiveProgress:
    """Prints the events of one or more environments.

    Completed objects are lines on stdout with the environment's name (omitted if `quiet`, for JSON
    output); failures are lines on stderr. On a terminal, running environments are rows of a live display
    below, under a table of their objects. As a context manager it removes the rows at the end; prompts must
    be outside. Events can come from any thread.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._lock = threading.RLock()
        self._ended = False
        self._judgements: dict[tuple[str, ObjectRef], str] = {}
        self._display = _display() if wants_colour(sys.stderr) else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._display:
            self._display.stop()

    def for_environment(self, name: str, objects: int = 0) -> Listener:
        """The listener for an environment's events; `objects` is the number of objects, if known."""
        counted = itertools.count(1)
        return lambda masked: self._show_event(name, masked, counted, objects)

    def end(self) -> None:
        """Print nothing more: work that an interrupt cut off may go on in its thread."""
        with self._lock:
            self._ended = True

    def printed(self, lines: Callable[[], None]) -> None:
        """Print several lines together, without lines of other environments between them."""
        with self._lock:
            if not self._ended:
                lines()

    def until_finished(self, work: Callable[[str], Result]) -> Callable[[str], Result]:
        """Wrap work on an environment, so that its row is removed at the end."""

        def run(name: str) -> Result:
            try:
                return work(name)
            finally:
                self.finished(name)

        return run

    def finished(self, name: str) -> None:
        """Remove the environment's row."""
        if self._display:
            self._display.remove(name)

    def _show_event(self, name: str, masked: MaskedEvent, counted: Iterator[int], objects: int) -> None:
        from dlctl.deploy.events import Applied, Failed, Judged, Sending

        event = masked.event
        with self._lock:  # the lines of one event stay together
            if self._ended:
                return
            if isinstance(event, Progress):
                self._show(name, event.text, event.done, event.total)
                return
            if isinstance(event, Note):
                log_event(event, name)
                return
            if self._display and (objects or isinstance(event, Judged)):
                self._display.show_objects(name, event)
            if isinstance(event, Judged):
                self._judged(name, event)
                return
            if isinstance(event, Sending):
                return
            if objects:
                self._show(name, "objects done", next(counted), objects)
            else:
                self.finished(name)
            if isinstance(event, Failed):
                log_failure(name, event)
            elif isinstance(event, Applied) and not self._quiet:
                self._done(name, event)

    def _show(self, name: str, message: str, done: int, total: int) -> None:
        if self._display:
            self._display.show(name, f"{name}: {message}", done, total)

    def _judged(self, name: str, event: "Judged") -> None:
        """Print a line for an object once it is as far as it must be: `ready`, or the phase of a job."""
        from dlctl.plan.view.text import title

        word = event.verdict.phase.value.lower() if event.verdict.phase else "ready"
        known = (name, event.ref)
        if event.reached and not self._quiet and self._judgements.get(known) != word:
            self._judgements[known] = word
            self._line(f"{name}: {title(event.ref)} ", styled(word, Style.GOOD, sys.stdout))

    def _done(self, name: str, event: "Applied") -> None:
        """Print a line for a completed action on an object."""
        from dlctl.plan.view.text import title

        word, style = _DONE.get(event.action, (event.action.value, Style.NOTE))
        self._line(f"{name}: {title(event.ref)} ", styled(word, style, sys.stdout))

    def _line(self, before: str, word: str) -> None:
        self._write(styled(before, None, sys.stdout) + word + "\n")

    def _write(self, text: str) -> None:
        try:
            write_data(text)
        except (DlctlError, BrokenPipeError) as error:
            # The output cannot be written any more, but the run must still be completed.
            self._quiet = True
            drop_stdout()
            if isinstance(error, DlctlError):
                log(f"warning: {error.message}", Style.WARN)


def log_failure(environment: str, event: "Failed") -> None:
    """Print a failure with its reason and hint."""
    from dlctl.plan.view.text import title

    before = styled(f"{environment}: {title(event.ref)}", None, sys.stderr)
    unknown = isinstance(event.error, Unreachable) and event.error.may_have_written
    word = "" if unknown else " " + styled("failed", Style.BAD, sys.stderr)
    write_styled_log(f"{before}{word}: {printable(str(event.error))}\n")
    if event.error.hint:
        log(f"  {printable(event.error.hint)}", Style.DIM)
