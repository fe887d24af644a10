"""Notes and warnings of the engine as lines on stderr."""

from dlctl.cli.output.errors import printable
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.events import Event, Note, WarningNote


def log_event(event: Event) -> None:
    """One line for a note or a warning; other events are not for people."""
    if isinstance(event, WarningNote):
        log(f"warning: {printable(event.text)}", Style.WARN)
    elif isinstance(event, Note):
        log(f"note: {printable(event.text)}")
