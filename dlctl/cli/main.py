"""The door: words in, exit code out."""

import gc
import io
import os
import sys
from collections.abc import Sequence

from dlctl import __version__
from dlctl.cli.exit_codes import INTERRUPTED


def run() -> None:
    """The `dlctl` command."""
    # A process that soon ends makes little garbage and keeps nearly all it makes: looking for cycles
    # at Python's pace (700 objects) took a tenth of the time.
    gc.set_threshold(20_000, 20, 50)
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:  # while modules were still being imported
        code = INTERRUPTED
    if code == INTERRUPTED:
        # Requests to a server that hangs are not waited for.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def main(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code.

    0 done, 1 failed (`diff`: differences), 2 usage, 3 applied but not ready, 130 interrupted.
    """
    if list(argv) == ["--version"] and _said(f"dlctl {__version__}\n"):
        return 0
    if sys.stderr is None:  # closed by the caller: talk goes nowhere
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - for as long as the process lives
    _speak_utf8(sys.stdout, "surrogateescape")
    _speak_utf8(sys.stderr, "backslashreplace")
    from dlctl.cli.invoke import invoke

    return invoke(list(argv))


def _said(text: str) -> bool:
    """The fast path: nothing else is imported. What goes wrong here is told by the slow one."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, AttributeError):
        return False
    return True


def _speak_utf8(stream: object, errors: str) -> None:
    """The same bytes in every locale: YAML and JSON are UTF-8, and so are the names in them."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors=errors)


if __name__ == "__main__":
    run()
