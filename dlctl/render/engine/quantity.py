"""Amounts of resources as Kubernetes itself writes them.

An API server keeps a custom resource's quantities as they were written, and a controller that writes the
object anew turns `0.5` into `500m`: two texts of one amount, which a rule against changes takes for a change.
"""

import math
import re
from fractions import Fraction
from typing import Any

from dlctl.errors import RenderError
from dlctl.render.engine.context import RenderContext
from dlctl.render.engine.values import describe

_FORM = re.compile(
    r"([0-9]{1,400}(?:\.[0-9]{0,400})?(?:[eE][+-]?[0-9]{1,3}(?=$))?)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?)",
    re.ASCII,
)
_DECIMAL = ("n", "u", "m", "", "k", "M", "G", "T", "P", "E")
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


def quantity(_: RenderContext, value: Any) -> str | None:
    """A text or number as a quantity in canonical form: without a fraction, with the largest unit."""
    if value is None:
        return None
    found = None if isinstance(value, bool) else _FORM.fullmatch(str(value))
    if not found:
        raise RenderError(
            f"{describe(value)} is not a quantity", hint="a quantity is such as 4, 0.5, 500m, 16Gi or 2G"
        )
    number, unit = Fraction(found[1]), found[2]
    if unit.endswith("i"):
        number *= 1024 ** _BINARY.index(unit)
        if number >= 1024:
            return _with_unit(math.ceil(number), 1024, _BINARY)
        unit = ""
    return _with_unit(math.ceil(number * 1000 ** _DECIMAL.index(unit)), 1000, _DECIMAL)


def _with_unit(amount: int, base: int, units: tuple[str, ...]) -> str:
    step = 0
    while amount and amount % base == 0 and step < len(units) - 1:
        amount, step = amount // base, step + 1
    return f"{amount}{units[step]}" if amount else "0"
