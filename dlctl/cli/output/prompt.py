"""Prompt for confirmation."""

import sys

from dlctl.cli.output.streams import write_log
from dlctl.cli.runtime import Runtime
from dlctl.errors import UsageError


def confirm(runtime: Runtime, question: str, *, yes: bool) -> None:
    """Prompt on a terminal; `yes` skips the prompt.

    Raises UsageError if there is no terminal, or if the answer is not yes.
    """
    if yes:
        return
    if not runtime.interactive:
        raise UsageError(
            f"confirmation required: {question}", hint="there is no terminal to prompt on: pass --yes"
        )
    write_log(f"{question} [y/N] ")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise UsageError("not confirmed; nothing was changed")
