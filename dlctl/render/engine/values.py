"""JSON values in templates: copying, conversion to strings, and type names."""

import math
from collections.abc import Mapping
from typing import Any

from jinja2 import Undefined

from dlctl.errors import RenderError
from dlctl.render.engine.budget import Budget
from dlctl.render.engine.secret_values import MARKS, SecretText
from dlctl.text import type_name
from dlctl.yamlio.compose import MAX_DEPTH

_ATOMS = frozenset({int, bool, type(None)})


def copy_value(value: Any, budget: Budget, depth: int = 0) -> Any:
    """A deep copy of a JSON value; tuples become lists.

    Raises RenderError for values without a JSON form: undefined names, functions, infinity, …
    """
    kind = type(value)
    if kind is str:
        if not value.isascii():
            refuse_surrogates(value)
        budget.write(1, len(value))
        return value
    if kind in _ATOMS:
        budget.write(1, 0)
        return value
    if kind is list or kind is tuple:
        return _copy_list(value, budget, depth)
    if isinstance(value, dict) or isinstance(value, Mapping):  # noqa: SIM101 - the first is much faster
        return _copy_mapping(value, budget, depth)
    return _uncommon(value, budget)


# Most values in a collection are short strings and other scalars. The two loops below handle these
# inline, which halves the time of a render.


def _copy_list(value: Any, budget: Budget, depth: int) -> list[Any]:
    _check_depth(depth)
    characters = 0
    result = []
    for item in value:
        if type(item) is str and item.isascii():
            characters += len(item)
            result.append(item)
        else:
            result.append(item if type(item) in _ATOMS else copy_value(item, budget, depth + 1))
    budget.write(1 + len(result), characters)
    return result


def _copy_mapping(value: Mapping[Any, Any], budget: Budget, depth: int) -> dict[str, Any]:
    _check_depth(depth)
    characters = 0
    result = {}
    for key, item in value.items():
        name = key if type(key) is str and key.isascii() else _key(key)
        if type(item) is str and item.isascii():
            characters += len(item)
            result[name] = item
        else:
            result[name] = item if type(item) in _ATOMS else copy_value(item, budget, depth + 1)
    budget.write(1 + len(result), characters)
    return result


def _uncommon(value: Any, budget: Budget) -> Any:
    if type(value) in MARKS:
        return _marked(value, budget)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise RenderError(f"{value} is not a valid JSON number")
        budget.write(1, 0)
        return float(value)
    if isinstance(value, str | int):
        return copy_value(str(value) if isinstance(value, str) else int(value), budget)
    if isinstance(value, Undefined):
        str(value)
    if callable(value):
        raise RenderError("function used as a value", hint="call it with parentheses")
    raise RenderError(f"{describe(value)} cannot be written as YAML")


def _marked(value: Any, budget: Budget) -> Any:
    """A marked scalar; it keeps its mark."""
    if isinstance(value, str):
        refuse_surrogates(value)
    budget.write(1, len(value) if isinstance(value, str) else 0)
    if isinstance(value, float) and not math.isfinite(value):
        raise RenderError("a secret is not a valid JSON number")
    return value


def _check_depth(depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise RenderError(f"value nested more than {MAX_DEPTH} levels deep")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise RenderError(f"{describe(key)} cannot be a mapping key", hint="convert the key with `| string`")
    if not key.isascii():
        refuse_surrogates(key)
    return key if type(key) is SecretText else str(key)


def refuse_surrogates(text: str) -> None:
    """Raise RenderError for a string with an unpaired surrogate, which UTF-8 cannot encode."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RenderError("invalid Unicode: unpaired surrogate") from error


def as_text(value: Any) -> str:
    """A scalar as a string, booleans as in YAML. Raises RenderError for other values."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return SecretText(value) if type(value) in MARKS else str(value)
    if isinstance(value, Undefined):
        return str(value)
    if value is None:
        raise RenderError(
            "none cannot be converted to a string",
            hint='set a default: `x | default("")`, or test `x is none`',
        )
    raise RenderError(
        f"{describe(value)} cannot be converted to a string",
        hint='use `| join(",")` for a list, `| json` for any value',
    )


def describe(value: Any) -> str:
    """The type of a value for messages; templates write `none` for null, and also have functions."""
    if value is None:
        return "none"
    return "a function" if callable(value) else type_name(value)
