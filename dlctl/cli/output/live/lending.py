"""What is shown while another program has the terminal: nothing is drawn, as it would wipe its question."""

from dlctl.cli.output.live.display import pause_drawing
from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import log
from dlctl.events import TerminalLent


def lend_terminal(event: TerminalLent, *, named: bool) -> None:
    """Remove the rows while a program has the terminal; with `named` say which one has it."""
    pause_drawing(paused=event.lent)
    if event.lent and named:
        log(f"note: {printable(event.who)} has the terminal")
