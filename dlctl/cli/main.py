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
    code = _emptied(sys.stdout, code)
    code = _emptied(sys.stderr, code)
    if code == INTERRUPTED:
        os._exit(code)  # requests to a server that hangs are not waited for
    sys.exit(code)


def main(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code.

    0 done, 1 failed (`diff`: differences), 2 usage, 3 applied but not ready, 4 some clusters not read,
    130 interrupted.
    """
    if list(argv) == ["--version"] and sys.stdout is not None:
        return _say(f"dlctl {__version__}\n")
    if sys.stderr is None:  # closed by the caller: talk goes nowhere
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - for as long as the process lives
    _speak_utf8(sys.stdout, "surrogateescape")
    _speak_utf8(sys.stderr, "backslashreplace")
    from dlctl.cli.root import invoke

    return invoke(list(argv))


def _say(text: str) -> int:
    """The fast path: nothing else is imported where all goes well."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        return 1
    except OSError as error:
        from dlctl.cli.output.errors import report_failure
        from dlctl.cli.output.streams import not_written

        report_failure(not_written(error))
        return 1
    return 0


def _emptied(stream: object, code: int) -> int:
    """The exit code once nothing waits in a stream any more.

    What could not be written stays in its buffer; Python would try again, complain, and exit with 120.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return code
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        stream.flush()
        return code or (1 if stream is sys.stdout else 0)
    return code


def _speak_utf8(stream: object, errors: str) -> None:
    """The same bytes in every locale: YAML and JSON are UTF-8, and so are the names in them."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors=errors)


if __name__ == "__main__":
    run()
