"""Lines of a log that arrives in parts."""

from collections.abc import Iterable, Iterator

LONGEST = 1 << 16
"""Bytes of one line; the rest of a longer one is left out."""
CUT = " … [cut: the line is longer than 64 KiB]"


def lines_of(parts: Iterable[bytes]) -> Iterator[str]:
    """Each line when it is whole, without the newline; what stands after the last newline, at the end.

    Where `parts` raises, an incomplete line is dropped: it is read again.
    """
    rest = b""
    for part in parts:
        *ended, last = part.split(b"\n")
        for piece in ended:
            yield _shown(_joined(rest, piece))
            rest = b""
        rest = _joined(rest, last)
    if rest:
        yield _shown(rest)


def _joined(rest: bytes, piece: bytes) -> bytes:
    """The line so far, and at most one byte more than may be kept."""
    room = LONGEST + 1 - len(rest)
    return rest + piece[:room] if room > 0 else rest


def _shown(line: bytes) -> str:
    text = line[:LONGEST].removesuffix(b"\r").decode("utf-8", "replace")
    return text + CUT if len(line) > LONGEST else text


def last_segment(text: str) -> str:
    """What a terminal would show of a line with carriage returns, such as that of a progress bar."""
    return text.rpartition("\r")[2]
