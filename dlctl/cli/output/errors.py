"""Print errors: what is wrong, where, and what to do next."""

import sys
from collections.abc import Iterator, Sequence
from itertools import zip_longest

import click

from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import write_styled_log
from dlctl.cli.output.style import Style, styled
from dlctl.errors import DlctlError

MAX_SHOWN = 20


class Failed(click.exceptions.Exit):
    """Ends a command whose errors were already printed on stderr."""

    def __init__(self, errors: Sequence[DlctlError], exit_code: int) -> None:
        super().__init__(exit_code)
        self.errors = tuple(errors)


def report_failure(error: DlctlError) -> None:
    """Write an error to stderr, followed by its problems."""
    write_styled_log("\n".join(_lines(error)) + "\n")


def _lines(error: DlctlError) -> Iterator[str]:
    yield f"{styled('Error:', Style.ERROR, sys.stderr)} {_headline(error)}"
    shown = error.problems[:MAX_SHOWN]
    for problem, after in zip_longest(shown, shown[1:]):
        yield f"  - {_headline(problem)}"
        if problem.hint and (after is None or after.hint != problem.hint):  # once for all that share it
            yield f"    {styled(printable(problem.hint), Style.DIM, sys.stderr)}"
    if len(error.problems) > MAX_SHOWN:
        yield f"  and {len(error.problems) - MAX_SHOWN} more"
    if error.hint:
        yield f"  {styled(printable(error.hint), Style.DIM, sys.stderr)}"


def _headline(error: DlctlError) -> str:
    place = f"{error.location}: " if error.location else ""
    return printable(place + error.message)
