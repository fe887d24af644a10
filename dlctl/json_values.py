"""Equality of JSON values."""

from typing import Any


def same_json(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal; unlike for Python's `==`, 1, 1.0 and true are different."""
    if left != right:
        return False
    if isinstance(left, str):
        return True
    if isinstance(left, dict | list | float):
        return json_text(left) == json_text(right)
    return type(left) is type(right)


def json_text(value: Any) -> str:
    """The value as JSON, with sorted keys: equal for equal values alone."""
    import json

    return json.dumps(value, sort_keys=True, separators=(",", ":"))
