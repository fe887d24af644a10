"""Quantities as Kubernetes writes them: `500m`, `16Gi` (apimachinery, pkg/api/resource/quantity.go)."""

import math
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dlctl.pattern import pattern

if TYPE_CHECKING:
    from fractions import Fraction


class _Family(Enum):
    """The formats of quantities; Kubernetes keeps a quantity in its format."""

    DECIMAL = "decimal"
    BINARY = "binary"
    EXPONENT = "exponent"


_QUANTITY = pattern(
    r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(|n|u|m|k|[MGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,3})\Z"
)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}

_LONGEST = 400
"""The longest accepted quantity, in characters."""


def amount(text: str) -> "Fraction | None":
    """The value of a quantity; None if the text is not a quantity."""
    read = _read(text)
    return read[1] if read else None


def canonical(text: str) -> str | None:
    """Kubernetes' canonical form, without a fraction and with the largest unit: `500m` for 0.5.

    An exponent becomes a unit. None if the text is not a quantity.
    """
    read = _read(text)
    if read is None:
        return None
    family, units = read
    sign = "-" if units < 0 else ""
    if family is _Family.BINARY and abs(units) >= 1024:
        return sign + _with_unit(math.ceil(abs(units)), 1024, ("", *_BINARY))
    return sign + _with_unit(math.ceil(abs(units) * 10**9), 1000, tuple(_DECIMAL))


def _with_unit(count: int, base: int, units: tuple[str, ...]) -> str:
    if count == 0:
        return "0"
    step = 0
    while count % base == 0 and step < len(units) - 1:
        count, step = count // base, step + 1
    return f"{count}{units[step]}"


def same_quantity(stated: Any, live: Any) -> bool:
    """Whether the API server treats two quantities as the same: it stores `1000m` as `1`.

    Both must have the same format (`1Gi` and `1073741824` are equal, but stored as written); a number
    counts as its text.
    """
    if isinstance(stated, bool) or not isinstance(stated, str | int | float):
        return False
    left, right = _read(str(stated)), _read(live) if isinstance(live, str) else None
    return left is not None and left == right


@lru_cache(maxsize=1024)
def _read(text: str) -> "tuple[_Family, Fraction] | None":
    from fractions import Fraction  # slow to import, and seldom needed

    match = _QUANTITY.match(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    number, suffix = Fraction(match[1]), match[2]
    if suffix in _BINARY:
        return _Family.BINARY, number * 2 ** _BINARY[suffix]
    if suffix not in _DECIMAL:
        return _Family.EXPONENT, number * Fraction(10) ** int(suffix[1:])
    return _Family.DECIMAL, number * Fraction(10) ** _DECIMAL[suffix]
