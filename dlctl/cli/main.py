"""The door: words in, exit code out."""

import os
import sys
from collections.abc import Sequence

from dlctl import __version__


def run() -> None:
    """The `dlctl` command."""
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code.

    0 done, 1 failed (`diff`: differences), 2 usage, 3 applied but not ready, 130 interrupted.
    """
    if list(argv) == ["--version"]:
        sys.stdout.write(f"dlctl {__version__}\n")  # the fast path: nothing else is imported
        return 0
    if sys.stderr is None:  # closed by the caller: talk goes nowhere
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - for as long as the process lives
    from dlctl.cli.invoke import invoke

    return invoke(list(argv))


if __name__ == "__main__":
    run()
