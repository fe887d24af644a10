"""Print notes and warnings of the engine on stderr."""

from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.events import Event, Note, WarningNote


def log_event(event: Event) -> None:
    """Print a note or a warning; other events are ignored."""
    if isinstance(event, WarningNote):
        log(f"warning: {printable(event.text)}", Style.WARN)
    elif isinstance(event, Note):
        log(f"note: {printable(event.text)}")
