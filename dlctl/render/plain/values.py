"""What plain expressions do with values: only what the engine certainly does, too, without an error."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from dlctl.render.plain.tokens import NotPlainError

_MOST_ITEMS = 1000
_LARGEST_TEXT = 1000
_LARGEST_NUMBER = 10**100
_ORDER: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
METHODS: Mapping[str, Callable[[str, str], Any]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "split": str.split,
}
"""The methods of strings, each with one argument."""


def scalar(value: Any) -> bool:
    """Whether a value is a short string, a number, a boolean or none, of exactly that type."""
    kind = type(value)
    if kind is str:
        return len(value) <= _LARGEST_TEXT and value.isascii()
    return kind is bool or value is None or (kind is int and abs(value) < _LARGEST_NUMBER)


def small(value: Any) -> Any:
    """The value, a scalar or a short collection of scalars. Raises NotPlainError for others."""
    if scalar(value):
        return value
    if type(value) is list and len(value) <= _MOST_ITEMS and all(map(scalar, value)):
        return value
    if type(value) is dict and len(value) <= _MOST_ITEMS and all(map(scalar, (*value, *value.values()))):
        return value
    raise NotPlainError


def attribute(owner: Any, name: str) -> Any:
    """A key of a mapping. Raises NotPlainError for a key that is not there, and for other values."""
    if isinstance(owner, dict) and name in owner:
        return owner[name]
    raise NotPlainError


def item(owner: Any, key: Any) -> Any:
    """An item of a list or string, or a key of a mapping. Raises NotPlainError for one that is not there."""
    if type(owner) in (list, str) and type(key) is int and -len(owner) <= key < len(owner):
        return owner[key]
    if type(key) is str:
        return attribute(owner, key)
    raise NotPlainError


def called(owner: Any, method: str, argument: Any) -> Any:
    """The answer of a method of a string. Raises NotPlainError for other values."""
    if type(owner) is str and type(argument) is str and argument and method in METHODS:
        return METHODS[method](small(owner), small(argument))
    raise NotPlainError


def length(value: Any) -> int:
    """The number of items, keys or characters."""
    found = small(value)
    if isinstance(found, str | list | dict):
        return len(found)
    raise NotPlainError


def compared(sign: str, left: Any, right: Any) -> bool:
    """`left sign right`. Raises NotPlainError for kinds that have no order."""
    small(left), small(right)
    if sign == "==":
        return bool(left == right)
    if sign == "!=":
        return bool(left != right)
    if type(left) is type(right) and type(left) in (int, str):
        return bool(_ORDER[sign](left, right))
    raise NotPlainError


def contained(left: Any, right: Any) -> bool:
    """`left in right`. Raises NotPlainError for what cannot be contained."""
    small(left), small(right)
    if type(right) is list or (type(left) is str and type(right) in (str, dict)):
        return left in right
    raise NotPlainError


def summed(sign: str, left: Any, right: Any) -> int:
    """`left + right` or `left - right` of integers. Raises NotPlainError for other values."""
    if type(small(left)) is int and type(small(right)) is int:
        return int(left + right if sign == "+" else left - right)
    raise NotPlainError


def joined(left: Any, right: Any) -> str:
    """`left ~ right`. Raises NotPlainError for other values than strings, integers and booleans."""
    return _text(left) + _text(right)


def _text(value: Any) -> str:
    if type(small(value)) is bool:
        return "true" if value else "false"
    if type(value) in (str, int):
        return str(value)
    raise NotPlainError
