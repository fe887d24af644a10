"""Spellings of one quantity."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.quantity import amount, canonical, same_quantity


@pytest.mark.parametrize(
    ("stated", "live", "expected"),
    [
        (1, "1", True),
        ("1000m", "1", True),
        (0.5, "500m", True),
        ("1024Mi", "1Gi", True),
        ("1.5Gi", "1536Mi", True),
        ("1000M", "1G", True),
        ("1Gi", "1073741824", False),
        ("1G", "1Gi", False),
        ("2", "1", False),
        (True, "1", False),
        (None, "1", False),
        ("1e3", "1k", False),
        ("lots", "lots", False),
        ("1", 1, False),
        (["1"], "1", False),
    ],
)
def test_same_quantity(stated: Any, live: Any, expected: bool) -> None:
    assert same_quantity(stated, live) is expected


BINARY = ("Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
UNITS = ("n", "u", "m", "", "k", "M", "G", "T", "P", "E", *BINARY, "e3", "E-2")


@given(st.integers(-(10**9), 10**9), st.sampled_from(("", ".5", ".25", ".001")), st.sampled_from(UNITS))
def test_canonical_form_keeps_the_value(number: int, rest: str, unit: str) -> None:
    text = f"{number}{rest}{unit}"
    found = canonical(text)
    before, after = amount(text), amount(found or "")
    assert found is not None
    assert before is not None
    assert after is not None
    assert "." not in found
    # A binary quantity that is no multiple of 1024 has no unit, and is read as a decimal one
    assert canonical(found) == found or (unit in BINARY and found.removeprefix("-").isdecimal())
    rounded = Fraction(1, 10**9) if unit not in BINARY or abs(before) < 1024 else 1
    assert 0 <= abs(after) - abs(before) < rounded


@pytest.mark.parametrize("text", ["", "1 Gi", "1.2.3", "0x10", "1Ki2", "1e3Ki", "1e9999", "1Gi\n", "9" * 401])
def test_invalid_quantity_has_no_canonical_form(text: str) -> None:
    assert canonical(text) is None
