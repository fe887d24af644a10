"""The door: words in, exit code out."""

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
    from dlctl.cli.invoke import invoke

    return invoke(list(argv))


if __name__ == "__main__":
    run()
