"""Aligned columns as plain text, for pipes and files: no wrapping, colours or trailing spaces."""

from collections.abc import Sequence

GAP = "   "
_JOINER = "\u200d"
_WIDE_FORM = "\ufe0f"
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines with aligned columns."""
    widths = column_widths(rows)
    return "".join(line_of(row, widths) for row in rows)


def column_widths(rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The width of the widest cell of each column."""
    return tuple(max(map(cell_width, column)) for column in zip(*rows, strict=True))


def line_of(row: Sequence[str], widths: Sequence[int]) -> str:
    """A row as a line; a cell that is wider than its column moves those after it."""
    padded = (cell + " " * (width - cell_width(cell)) for cell, width in zip(row, widths, strict=True))
    return GAP.join(padded).rstrip() + "\n"


def cell_width(text: str) -> int:
    """The width of text on a terminal: wide characters take two columns, combining characters none."""
    return len(text) if text.isascii() else _width_of_signs(text)


def _width_of_signs(text: str) -> int:
    width, last, before = 0, 0, ""
    for character in text:
        if character == _WIDE_FORM and last == 1:
            taken = last = 1  # makes the character before it an emoji, which is wide
        elif before == _JOINER or (last == 2 and ord(character) in _SKIN_TONES):
            taken = 0  # part of the emoji before it
        else:
            taken = last = _width_of_sign(character)
        width, before = width + taken, character
    return width


def _width_of_sign(character: str) -> int:
    import unicodedata

    if unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
