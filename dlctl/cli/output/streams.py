"""Output: data on stdout, messages on stderr, colour only on terminals.

On a terminal control characters are replaced: names and servers' messages may contain any.
"""

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from dlctl.cli.output.printable import printable
from dlctl.cli.output.style import Style, styled
from dlctl.errors import DlctlError

if TYPE_CHECKING:
    from rich.console import RenderableType


def data(text: str) -> None:
    """Write a result to stdout; on a pipe or to a file unchanged.

    Raises DlctlError if it cannot be written, BrokenPipeError if the reader has closed the pipe.
    """
    write_data(printable(text) if stdout_is_terminal() else text)


def draw(renderable: "RenderableType") -> None:
    """Draw with rich on stdout, which is a terminal. Raises the errors of `data`."""
    from dlctl.cli.output.terminal import drawn

    write_data(drawn(renderable, sys.stdout))


def stdout_is_terminal() -> bool:
    """Whether stdout is a terminal, so that results are drawn with rich."""
    return sys.stdout is not None and sys.stdout.isatty()


def write_data(text: str) -> None:
    """Write text to stdout that is already coloured and sanitized. Raises the errors of `data`."""
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
    if style:
        write_styled_log(styled(text, style, sys.stderr) + "\n")
    else:
        write_log(text + "\n")


def write_log(text: str) -> None:
    """Write to stderr; write errors are ignored."""
    write_styled_log(printable(text) if sys.stderr.isatty() else text)


def write_styled_log(text: str) -> None:
    """Write text to stderr that is already coloured and sanitized."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
