"""The grid of a sweep: `NAME=VALUE,VALUE` for each parameter, and all combinations of their values."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from dlctl.errors import UsageError
from dlctl.text import shown_name

MOST = 1000
"""The most combinations of one sweep."""
_OPEN, _CLOSE, _QUOTES = "[{(", "]})", "\"'"


def combinations(grid: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The `--set` texts of each combination, the last parameter varying fastest. Raises UsageError."""
    axes = [tuple(_axis(text)) for text in grid]
    names = [axis[0].partition("=")[0] for axis in axes]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--grid has {shown_name(name)} twice", hint="list all its values in one --grid")
    count = 1
    for axis in axes:
        count *= len(axis)
    if count > MOST:
        raise UsageError(f"--grid has {count} combinations", hint=f"a sweep has at most {MOST}")
    return tuple(product(*axes))


def _axis(text: str) -> Iterator[str]:
    name, equals, values = text.partition("=")
    if not equals or not name or not values:
        raise UsageError("--grid needs NAME=VALUE,VALUE", hint="for example --grid lr=0.1,0.01")
    return (f"{name}={value}" for value in dict.fromkeys(split_values(values)))


def split_values(text: str) -> Iterable[str]:
    """The values between commas; a comma in brackets or in quotes separates nothing."""
    values, depth, quote, begin = [], 0, "", 0
    for index, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in _QUOTES:
            quote = sign
        elif sign in _OPEN or sign in _CLOSE:
            depth += 1 if sign in _OPEN else -1
        elif sign == "," and depth <= 0:
            values.append(text[begin:index])
            begin = index + 1
    return [*values, text[begin:]]
