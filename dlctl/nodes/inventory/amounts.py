"""Amounts of resources as whole thousandths, so that sums are exact and quick."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from dlctl.quantity import amount

Amounts = dict[str, int]
"""Resource name to thousandths of a unit."""

THOUSANDTHS = 1000


@lru_cache(maxsize=4096)
def thousandths(text: str) -> int:
    """A quantity in thousandths, rounded up as the scheduler does; 0 where the text is no quantity."""
    if text.isascii() and text.isdigit() and len(text) < 20:
        return int(text) * THOUSANDTHS
    found = amount(text)
    return 0 if found is None else math.ceil(found * THOUSANDTHS)


def amounts(quantities: Mapping[str, Any] | None) -> Amounts:
    """A map of quantities, as objects state it."""
    return {name: thousandths(str(value)) for name, value in (quantities or {}).items()}


def add(into: Amounts, more: Mapping[str, int]) -> None:
    """Add amounts resource by resource."""
    for name, value in more.items():
        into[name] = into.get(name, 0) + value


def largest(into: Amounts, other: Mapping[str, int]) -> None:
    """Keep the larger amount of each resource."""
    for name, value in other.items():
        if value > into.get(name, 0):
            into[name] = value


def whole(value: int) -> int:
    """Whole units, a part of one counted as one."""
    return -(-value // THOUSANDTHS)
