"""The operators `+ - * / // % **` of templates, with limits and readable errors."""

import operator
from typing import Any

from dlctl.errors import RenderError
from dlctl.render.engine.budget import Budget
from dlctl.render.engine.secret_values import plain_type
from dlctl.render.engine.values import describe

INTERCEPTED = frozenset({"+", "-", "*", "/", "//", "%", "**"})
_ARITHMETIC = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
_BITS_PER_DIGIT = 3.33


def calculate(sign: str, left: Any, right: Any, budget: Budget) -> Any:
    """The result of `left sign right`.

    Numbers support all seven; strings and lists only `+` (with the same type) and `*` (with an integer).
    """
    if _is_number(left) and _is_number(right):
        return _numbers(sign, left, right, budget)
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        budget.length_of_text(len(left) + len(right))
        return left + right
    if sign == "+" and isinstance(left, list) and isinstance(right, list):
        budget.length_of_list(len(left) + len(right))
        return left + right
    if sign == "*" and isinstance(left, str | list) and plain_type(right) is int:
        return _repeat(left, right, budget)
    if sign == "*" and isinstance(right, str | list) and plain_type(left) is int:
        return _repeat(right, left, budget)
    raise _wrong_kinds(sign, left, right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers(sign: str, left: Any, right: Any, budget: Budget) -> Any:
    bits = budget.limits.digits * _BITS_PER_DIGIT
    is_power = sign == "**" and isinstance(left, int) and isinstance(right, int)
    if is_power and abs(left) > 1 and left.bit_length() * right > bits:
        raise RenderError(f"number has more than {budget.limits.digits} digits")
    try:
        result = _ARITHMETIC[sign](left, right)
    except ZeroDivisionError as error:
        raise RenderError("division by zero") from error
    except OverflowError as error:
        raise RenderError("number too large") from error
    if isinstance(result, complex):
        raise RenderError("root of a negative number")
    if isinstance(result, int) and result.bit_length() > bits:
        raise RenderError(f"number has more than {budget.limits.digits} digits")
    return result


def _repeat(value: Any, times: int, budget: Budget) -> Any:
    length = len(value) * max(times, 0)
    if isinstance(value, str):
        budget.length_of_text(length)
    else:
        budget.length_of_list(length)
    return value * max(times, 0) if value else value


def _wrong_kinds(sign: str, left: Any, right: Any) -> RenderError:
    message = f"'{sign}' is not supported between {describe(left)} and {describe(right)}"
    if sign == "+" and (isinstance(left, str) or isinstance(right, str)):
        return RenderError(message, hint='join strings with `~`: `"web-" ~ x`')
    if sign == "%" and isinstance(left, str):
        return RenderError(message, hint="'%' does not format strings: join the parts with `~`")
    if isinstance(left, dict) or isinstance(right, dict):
        return RenderError(message, hint="join mappings with `| merge(...)`")
    if left is None or right is None:
        return RenderError(message, hint="set a default: `x | default(0)`")
    return RenderError(message)
