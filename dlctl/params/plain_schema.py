"""Accept plain values by plain schemas without the JSON Schema library, whose import takes 10 ms.

Only what is certainly valid is accepted here: any other value, and a schema with any other keyword, is left
to the library, which also explains what is wrong.
"""

from collections.abc import Callable, Mapping
from typing import Any

_EXACT = 2**53
"""Whole numbers up to this are the same in every library."""
_NOTES = {
    "description": str,
    "title": str,
    "examples": list,
    "deprecated": bool,
    "readOnly": bool,
    "writeOnly": bool,
}
"""Keywords that say nothing of values, with the type of their own value."""


def certainly_valid(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a schema is certainly valid, and allows the value; False where this is not certain."""
    if isinstance(value, list):
        return type(schema.get("items")) is dict and _list_is_valid(schema, value)
    return _is_plain(value) and all(_allows(key, stated, value) for key, stated in schema.items())


def _list_is_valid(schema: Mapping[str, Any], value: list[Any]) -> bool:
    outer = {key: stated for key, stated in schema.items() if key != "items"}
    return (
        bool(value)
        and all(_allows(key, stated, value) for key, stated in outer.items())
        and all(certainly_valid(schema["items"], item) for item in value)
    )


def _is_plain(value: Any) -> bool:
    return type(value) in (str, bool) or (type(value) is int and abs(value) < _EXACT)


def _allows(key: str, stated: Any, value: Any) -> bool:
    if key in _NOTES:
        return type(stated) is _NOTES[key]
    if key == "default" or key.startswith("x-"):
        return True
    check = _CHECKS.get(key)
    return check is not None and check(stated, value)


def _type(stated: Any, value: Any) -> bool:
    names = stated if isinstance(stated, list) else [stated]
    return bool(names) and set(names) <= _TYPES.keys() and any(type(value) in _TYPES[name] for name in names)


_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (),
    "null": (),
}


def _enum(stated: Any, value: Any) -> bool:
    return isinstance(stated, list) and any(type(each) is type(value) and each == value for each in stated)


def _bound(holds: Callable[[int, int], bool]) -> Callable[[Any, Any], bool]:
    """A check of whole numbers; another value than a number is allowed by such a keyword."""

    def check(stated: Any, value: Any) -> bool:
        return type(stated) is int and (type(value) is not int or holds(stated, value))

    return check


def _length(
    kind: type[str] | type[list[Any]], holds: Callable[[int, int], bool]
) -> Callable[[Any, Any], bool]:
    def check(stated: Any, value: Any) -> bool:
        return (
            type(stated) is int and stated >= 0 and (not isinstance(value, kind) or holds(stated, len(value)))
        )

    return check


_CHECKS: Mapping[str, Callable[[Any, Any], bool]] = {
    "type": _type,
    "enum": _enum,
    "minimum": _bound(lambda stated, value: value >= stated),
    "maximum": _bound(lambda stated, value: value <= stated),
    "exclusiveMinimum": _bound(lambda stated, value: value > stated),
    "exclusiveMaximum": _bound(lambda stated, value: value < stated),
    "minLength": _length(str, lambda stated, length: length >= stated),
    "maxLength": _length(str, lambda stated, length: length <= stated),
    "minItems": _length(list, lambda stated, length: length >= stated),
    "maxItems": _length(list, lambda stated, length: length <= stated),
}
