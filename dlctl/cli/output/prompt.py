"""Ask before something is deleted or a protected environment is written to."""

import sys

from dlctl.cli.output.streams import write_log
from dlctl.cli.runtime import Runtime
from dlctl.errors import UsageError


def confirm(runtime: Runtime, question: str, *, yes: bool) -> None:
    """Ask on a terminal; go on without asking where `--yes` was given.

    Raises UsageError where nobody can be asked, and KeyboardInterrupt's exit where the answer is no.
    """
    if yes:
        return
    if not runtime.interactive:
        raise UsageError(f"{question} Nobody can be asked here", hint="add --yes")
    write_log(f"{question} [y/N] ")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise UsageError("not confirmed; nothing was done")
