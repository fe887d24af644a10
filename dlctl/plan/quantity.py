"""Whether two spellings are one quantity to the API server, which stores its own: `1000m` as `1`.

Format: apimachinery, pkg/api/resource/quantity.go. Only spellings of one family are compared
(`1Gi` and `1073741824` are equal, but stay as they were written).
"""

import re
from fractions import Fraction
from typing import Any

_QUANTITY = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(|n|u|m|k|[MGTPE]|[KMGTPE]i)\Z")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}


def same_quantity(stated: Any, live: Any) -> bool:
    """Whether both are quantities of equal value and family; a number stands for its text."""
    if isinstance(stated, bool) or not isinstance(stated, str | int | float):
        return False
    left, right = _read(str(stated)), _read(live) if isinstance(live, str) else None
    return left is not None and left == right


def _read(text: str) -> tuple[bool, Fraction] | None:
    match = _QUANTITY.match(text)
    if match is None:
        return None
    number, suffix = Fraction(match[1]), match[2]
    if suffix in _BINARY:
        return True, number * 2 ** _BINARY[suffix]
    return False, number * Fraction(10) ** _DECIMAL[suffix]
