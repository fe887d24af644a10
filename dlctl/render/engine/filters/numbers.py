"""Filters for numbers and quantities."""

import math
from collections.abc import Callable
from typing import Any

from dlctl.errors import RenderError
from dlctl.render.engine.filters import arguments as expect
from dlctl.render.engine.language.context import RenderContext
from dlctl.render.engine.language.operators import calculate
from dlctl.render.engine.secret_values import plain_type
from dlctl.render.engine.values import describe

_LONGEST = 400
"""The longest accepted number: the longest float has 309 digits before its point."""


def absolute(_: RenderContext, value: Any) -> int | float:
    """The absolute value."""
    return abs(expect.number(value))


def integer(_: RenderContext, value: Any) -> int:
    """A string or number as an integer; the fraction is cut off."""
    number = _number(value, "an integer")
    if isinstance(number, float) and not math.isfinite(number):
        raise RenderError(f"{number} is not an integer")
    return int(number)


def floating(_: RenderContext, value: Any) -> float:
    """A string or number as a floating-point number."""
    try:
        return float(_number(value, "a number"))
    except OverflowError as error:
        raise RenderError("number too large for a 64-bit float") from error


def _number(value: Any, what: str) -> int | float:
    if not isinstance(value, str):
        return expect.number(value)
    try:
        if len(value) > _LONGEST:
            raise ValueError(value)
        return float(value) if set(value) & set(".eEnN") else int(value)
    except ValueError as error:
        raise RenderError(f"string is not {what}") from error


def quantity(_: RenderContext, value: Any) -> int | float:
    """A Kubernetes quantity as a number: `500m` is 0.5, `1Ki` is 1024; a number is unchanged."""
    return expect.quantity(value)


def rounded(_: RenderContext, value: Any, digits: int = 0, method: str = "common") -> int | float:
    """Rounded to this many digits, to an integer for 0; `method` may be `ceil` or `floor`."""
    number = expect.number(value)
    if plain_type(digits) is not int or not 0 <= digits <= 15 or method not in _METHODS:
        raise RenderError("round needs 0 to 15 digits, and method common, ceil or floor")
    if not math.isfinite(number):
        raise RenderError(f"{number} cannot be rounded")
    result = _METHODS[method](number * 10**digits)
    return result / 10**digits if digits else int(result)


def canonical_quantity(_: RenderContext, value: Any) -> str | None:
    """A quantity in Kubernetes' canonical form: `500m` for 0.5, `1Gi` for `1024Mi`; none stays.

    The API server stores quantities of a custom resource as written. A controller may later rewrite them
    in canonical form; applying `0.5` again would then count as a change of a field that may be immutable.
    """
    return None if value is None else expect.canonical_quantity(value)


_METHODS: dict[str, Callable[[float], float]] = {"common": round, "ceil": math.ceil, "floor": math.floor}


def minimum(_: RenderContext, value: Any) -> Any:
    """The smallest item; none of an empty list."""
    return min(_comparable(value), default=None)


def maximum(_: RenderContext, value: Any) -> Any:
    """The largest item; none of an empty list."""
    return max(_comparable(value), default=None)


def _comparable(value: Any) -> list[Any]:
    items = list(expect.items(value))
    for item in items:
        if not isinstance(item, str | int | float) or isinstance(item, str) is not isinstance(items[0], str):
            raise RenderError(f"cannot compare {describe(item)}")
    return items


def total(context: RenderContext, value: Any) -> Any:
    """The sum of the numbers; 0 of an empty list."""
    result: Any = 0
    for item in expect.items(value):
        result = calculate("+", result, expect.number(item), context.run.budget)
    return result


NUMBER_FILTERS: dict[str, Callable[..., Any]] = {
    "abs": absolute,
    "int": integer,
    "float": floating,
    "quantity": quantity,
    "canonical_quantity": canonical_quantity,
    "round": rounded,
    "min": minimum,
    "max": maximum,
    "sum": total,
}
