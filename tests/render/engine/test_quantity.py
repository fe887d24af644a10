"""Quantities keep their amount, whatever their spelling."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.engine.conftest import Workbench

UNITS = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
AMOUNTS = {unit: Fraction(10) ** power for unit, power in UNITS.items()} | {
    f"{unit}i": Fraction(1024) ** power for power, unit in enumerate("KMGTPE", start=1)
}


def amount(text: str) -> Fraction:
    unit = text.lstrip("0123456789.")
    return Fraction(text.removesuffix(unit)) * AMOUNTS[unit]


@given(number=st.integers(0, 10**12), digits=st.integers(0, 3), unit=st.sampled_from(sorted(AMOUNTS)))
def test_the_canonical_form_is_the_same_amount_and_its_own(number: int, digits: int, unit: str) -> None:
    text = f"{number / 10**digits:.{digits}f}{unit}"
    found = _quantity(text)
    assert "." not in found
    assert _quantity(found) == found
    assert 0 <= amount(found) - amount(text) < max(AMOUNTS["n"], Fraction(unit.endswith("i")))


def _quantity(text: str) -> str:
    from dlctl.render.engine.quantity import quantity

    found = quantity(None, text)  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize(
    "value", ["", "1 Gi", "1.2.3", "-1", "0x10", "1Ki2", "1e3Ki", "٣", "1Gi\n", True, [1]]
)
def test_what_is_no_quantity_is_an_error(bench: Workbench, value: object) -> None:
    assert "is not a quantity" in bench.error("a: {{ params.x | quantity }}\n", x=value).message
