"""Print errors: what is wrong, where, and what to do next."""

import sys
from collections.abc import Iterator

from dlctl.cli.output.streams import write_log
from dlctl.cli.output.style import Style, styled
from dlctl.errors import DlctlError

MAX_SHOWN = 20


def report_failure(error: DlctlError) -> None:
    """Write an error to stderr, followed by its problems."""
    write_log("\n".join(_lines(error)) + "\n")


def _lines(error: DlctlError) -> Iterator[str]:
    yield f"{styled('Error:', Style.BAD, sys.stderr)} {_headline(error)}"
    for problem in error.problems[:MAX_SHOWN]:
        yield f"  - {_headline(problem)}"
        if problem.hint:
            yield f"    {styled(printable(problem.hint), Style.NOTE, sys.stderr)}"
    if len(error.problems) > MAX_SHOWN:
        yield f"  and {len(error.problems) - MAX_SHOWN} more"
    if error.hint:
        yield f"  {styled(printable(error.hint), Style.NOTE, sys.stderr)}"


def _headline(error: DlctlError) -> str:
    place = f"{error.location}: " if error.location else ""
    return printable(place + error.message)


def printable(text: str) -> str:
    """Text without terminal control characters."""
    return "".join(character if character.isprintable() or character in "\n\t" else "�" for character in text)
