"""Print: data on stdout, talk on stderr, colour only where a terminal wants it."""

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, TextIO

from dlctl.errors import DlctlError

API_VERSION = "dlctl.dev/v1"


class TableFormat(StrEnum):
    """The formats of commands that list."""

    TABLE = "table"
    JSON = "json"


class Style(StrEnum):
    """Colours that mean something, as ANSI codes."""

    GOOD = "\x1b[32m"
    BAD = "\x1b[31m"
    WARN = "\x1b[33m"
    NOTE = "\x1b[36m"
    DIM = "\x1b[2m"
    STRONG = "\x1b[1m"


def wants_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal that colour is welcome on (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def styled(text: str, style: Style, stream: TextIO) -> str:
    """The text in a colour, where the stream wants it."""
    return f"{style}{text}\x1b[0m" if wants_colour(stream) else text


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


def say(text: str, style: Style | None = None) -> None:
    """Write one line of talk to stderr."""
    talk((styled(text, style, sys.stderr) if style else text) + "\n")


def talk(text: str) -> None:
    """Write to stderr as it is. Where that cannot be written the talk is lost, and the work goes on."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def document(kind: str, **fields: Any) -> None:
    """Write a versioned JSON document to stdout."""
    body = {"apiVersion": API_VERSION, "kind": kind, **fields}
    data(_json(body, indent=2) + "\n")


def _json(value: Any, indent: int | None = None) -> str:
    """JSON in which no character steers a terminal."""
    from dlctl.yamlio.scalars import escape_invisible  # its patterns take their time, and completion none

    return escape_invisible(json.dumps(value, indent=indent, ensure_ascii=False, default=str))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], empty: str = "") -> None:
    """Write aligned columns to stdout; on a terminal the last one wraps instead of the whole line.

    `empty` is said on stderr instead where there are no rows.
    """
    cells = [[_one_line(cell) for cell in row] for row in rows]
    if not cells and empty:
        say(empty)
        return
    widths = [max(_visible(row[i]) for row in [list(headings), *cells]) for i in range(len(headings))]
    limit = _width()
    lines = [_heading(headings, widths)]
    for row in cells:
        lines.extend(_fitted(row, widths, limit))
    data("\n".join(lines) + "\n")


def _heading(headings: Sequence[str], widths: Sequence[int]) -> str:
    line = "   ".join(name.ljust(width) for name, width in zip(headings, widths, strict=True)).rstrip()
    return styled(line, Style.STRONG, sys.stdout)


def _fitted(row: Sequence[str], widths: Sequence[int], limit: int | None) -> list[str]:
    import textwrap

    start = "   ".join(
        cell + " " * (width - _visible(cell)) for cell, width in zip(row[:-1], widths[:-1], strict=True)
    )
    start = start + "   " if len(row) > 1 else ""
    indent = sum(width + 3 for width in widths[:-1])
    room = (limit or 0) - indent
    if limit is None or len(row[-1]) <= room or room < 20:
        return [(start + row[-1]).rstrip()]
    first, *rest = textwrap.wrap(row[-1], room, break_long_words=False) or [""]
    return [(start + first).rstrip(), *(" " * indent + line for line in rest)]


def _visible(text: str) -> int:
    """A text's length without its colours."""
    return len(text) if "\x1b" not in text else len(re.sub(r"\x1b\[[0-9;]*m", "", text))


def text_width() -> int:
    """How wide running text may be: 100 columns, or the terminal's width (COLUMNS) where that is less."""
    import shutil

    return max(30, min(100, shutil.get_terminal_size((100, 24)).columns))


def _width() -> int | None:
    """The terminal's width; None where stdout is none, so that scripts get whole lines."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def _one_line(text: str) -> str:
    return " ".join(text.split()) if "\n" in text else text


def shown_value(value: Any) -> str:
    """A parameter's value for people: strings as they are, if they can be seen; anything else as JSON."""
    if isinstance(value, str):
        plain = value and value == value.strip() and value.isprintable()
        return value if plain else _json(value)
    return "" if value is None else _json(value)


def origin_json(location: object) -> str | None:
    """A location for JSON output."""
    return str(location) if location is not None else None
