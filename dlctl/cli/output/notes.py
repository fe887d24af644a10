"""Print notes and warnings of the engine on stderr."""

from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.events import Event, Note, WarningNote


def log_event(event: Event, environment: str = "") -> None:
    """Print a note or a warning, with the environment that it is about; other events are ignored."""
    about = f"{environment}: " if environment else ""
    if isinstance(event, WarningNote):
        log(f"{about}warning: {printable(event.text)}", Style.WARN)
    elif isinstance(event, Note):
        log(f"{about}note: {printable(event.text)}")
