"""Output: data on stdout, messages on stderr, colour only on terminals."""

import contextlib
import os
import sys

from dlctl.cli.output.style import Style, styled
from dlctl.errors import DlctlError


def data(text: str) -> None:
    """Write a result to stdout unchanged.

    Raises DlctlError if it cannot be written, BrokenPipeError if the reader has closed the pipe.
    """
    if sys.stdout is None:
        raise DlctlError("cannot write output: stdout is closed")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise not_written(error) from error


def not_written(error: OSError) -> DlctlError:
    """The error for a failed write to stdout."""
    return DlctlError(f"cannot write output: {error.strerror}")


def drop_stdout() -> None:
    """Discard further output to stdout, whose reader has closed the pipe."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def log(text: str, style: Style | None = None) -> None:
    """Write a one-line message to stderr."""
    write_log((styled(text, style, sys.stderr) if style else text) + "\n")


def write_log(text: str) -> None:
    """Write to stderr unchanged; write errors are ignored."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
