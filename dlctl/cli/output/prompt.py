"""Prompt for confirmation."""

import select
import sys

from dlctl.cli.output.streams import write_log
from dlctl.cli.runtime import Runtime
from dlctl.errors import NotConfirmed, UsageError


def confirm(runtime: Runtime, question: str, *, yes: bool) -> None:
    """Prompt on a terminal; `yes` skips the prompt.

    Raises UsageError if there is no terminal, NotConfirmed if the answer is not yes.
    """
    if yes:
        return
    if not runtime.interactive:
        raise UsageError(
            f"confirmation required: {question}", hint="there is no terminal to prompt on: pass --yes"
        )
    write_log(f"{question} [y/N] ")
    if _answer().strip().lower() not in {"y", "yes"}:
        raise NotConfirmed("not confirmed; nothing was changed")


def _answer() -> str:
    """A line from stdin.

    A Ctrl-C that comes just before a read begins would be noticed only after it. So a read of a terminal
    begins once there is a line: waiting for one is done in short turns.
    """
    while sys.stdin.isatty() and not select.select([sys.stdin], [], [], 0.2)[0]:
        pass
    return sys.stdin.readline()
