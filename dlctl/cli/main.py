"""The entry point of `dlctl`: runs a command line and returns its exit code."""

import gc
import io
import os
import sys

from dlctl import __version__
from dlctl.cli.exit_codes import INTERRUPTED

# Ctrl-C during these imports ends in a traceback, so there is little to import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run() -> None:
    """The `dlctl` command."""
    # A short-lived process creates little garbage: garbage collection with the default threshold (700
    # objects) takes a tenth of the time, and half of it where long lists are read: a page has 100,000.
    gc.set_threshold(200_000, 20, 50)
    words = sys.argv[1:]
    code = _interruptible(words)
    if sys.getprofile() or sys.gettrace():  # a profiler or a coverage tool writes its results at the end
        sys.exit(code)
    # All is written. To take the interpreter apart, module by module, would cost a tenth of a short command;
    # after an interrupt it would wait for pending requests, too.
    os._exit(code)


def _interruptible(words: "Sequence[str]") -> int:
    """Run a command line that signals end early; return its exit code."""
    termination = None
    try:
        if words != ["--version"]:  # which needs no signals
            from dlctl.cli.termination import Termination

            termination = Termination()
            termination.handle()
        code = _written(main(words))
        if termination:
            termination.all_written()
    except KeyboardInterrupt:  # during imports, or the reader of a pipe does not read on
        code = _interrupted()
    except RuntimeError as error:  # Python's own, of an interrupt while a class is made (type.__set_name__)
        if not isinstance(error.__cause__, KeyboardInterrupt):
            raise
        code = _interrupted()
    if termination is None:
        return code
    termination.end_plugins()
    return termination.exit_code(code)


def _interrupted() -> int:
    if sys.stderr is not None:
        sys.stderr.write("Interrupted\n")
    return INTERRUPTED


def _written(code: int) -> int:
    """Write what stdout and stderr hold back, and return the exit code."""
    return _flushed(sys.stderr, _flushed(sys.stdout, code))


def main(argv: "Sequence[str]") -> int:
    """Run one command line and return its exit code.

    0 done, 1 failed (`diff`: differences), 2 usage, 3 applied but not ready, 4 some clusters not read,
    130 interrupted (143 by SIGTERM, 129 by SIGHUP).
    """
    if list(argv) == ["--version"] and sys.stdout is not None:
        return _print_version(f"dlctl {__version__}\n")
    if sys.stderr is None:  # closed by the caller: discard messages
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - open until the process ends
    _use_utf8(sys.stdout, "surrogateescape")
    _use_utf8(sys.stderr, "backslashreplace")
    from dlctl.cli.root import invoke

    return invoke(list(argv))


def _print_version(text: str) -> int:
    """Print the version without importing the command tree."""
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


def _flushed(stream: object, code: int) -> int:
    """Flush a stream and return the exit code.

    If that fails, the buffer is discarded; Python would try again, print an error and exit with 120.
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


def _use_utf8(stream: object, errors: str) -> None:
    """Use UTF-8 in every locale, as YAML and JSON do."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors=errors)


if __name__ == "__main__":
    run()
