"""Print: data on stdout, talk on stderr, colour only where a terminal wants it."""

import contextlib
import os
import sys

from dlctl.cli.output.style import Style, styled
from dlctl.errors import DlctlError


def data(text: str) -> None:
    """Write a result to stdout, exactly as it is.

    Raises DlctlError where it cannot be written, BrokenPipeError where its reader has gone.
    """
    if sys.stdout is None:
        raise DlctlError("the output cannot be written: stdout is closed")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise not_written(error) from error


def not_written(error: OSError) -> DlctlError:
    """What is said where stdout takes no more."""
    return DlctlError(f"the output cannot be written: {error.strerror}")


def drop_stdout() -> None:
    """Let what is still written to stdout go nowhere: its reader has gone."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def log(text: str, style: Style | None = None) -> None:
    """Write one line of talk to stderr."""
    write_log((styled(text, style, sys.stderr) if style else text) + "\n")


def write_log(text: str) -> None:
    """Write to stderr as it is. Where that cannot be written the talk is lost, and the work goes on."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
