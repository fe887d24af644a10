"""The fields that a conflict names, in an object: where they are, and the object without them.

The server writes a field as `.spec.containers[name="x"].image`. A key may hold dots itself, so that a path
is followed in an object that has the field.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from dlctl.errors import FieldConflict
from dlctl.manifest import JsonObject

FieldPath = tuple[str | int, ...]
_ITEM = re.compile(r"\[((?:\"(?:[^\"\\]|\\.)*\"|[^\]\"])*)\]")
_PAIR = re.compile(r"(\w+)=(\"(?:[^\"\\]|\\.)*\"|[^,\"]+)")


def path_of_field(body: Any, field: str) -> FieldPath | None:
    """The path of a field in an object; None if the object does not have it."""
    if not field:
        return ()
    if field.startswith(".") and isinstance(body, Mapping):
        for key in sorted(body, key=len, reverse=True):
            rest = field[1 + len(key) :]
            if field[1:].startswith(key) and rest[:1] in ("", ".", "["):
                below = path_of_field(body[key], rest)
                if below is not None:
                    return (key, *below)
        return None
    item = _ITEM.match(field)
    if item is None or not isinstance(body, list):
        return None
    index = _index(body, item[1])
    below = path_of_field(body[index], field[item.end() :]) if index is not None else None
    return (index, *below) if index is not None and below is not None else None


def value_of_field(body: Any, field: str) -> Any:
    """The value of a field; None if the object does not have it."""
    path = path_of_field(body, field)
    for step in path or ():
        body = body[step]
    return body if path is not None else None


def without_fields(body: JsonObject, conflicts: Iterable[FieldConflict]) -> JsonObject:
    """The object without the fields of the conflicts."""
    for conflict in conflicts:
        path = path_of_field(body, conflict.field)
        if path:
            body = _without(body, path)
    return body


def _index(items: list[Any], text: str) -> int | None:
    """The index of the item that `name="x"`, `="x"` or a number names."""
    if text.isdigit():
        return int(text) if int(text) < len(items) else None
    if text.startswith("="):
        return next((index for index, item in enumerate(items) if item == _read(text[1:])), None)
    keys = {name: _read(value) for name, value in _PAIR.findall(text)}
    for index, item in enumerate(items):
        if isinstance(item, Mapping) and all(item.get(name, value) == value for name, value in keys.items()):
            return index
    return None


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _without(value: Any, path: FieldPath) -> Any:
    step, *rest = path
    if isinstance(value, Mapping):
        kept = {key: item for key, item in value.items() if key != step}
        return {**value, step: _without(value[step], tuple(rest))} if rest else kept
    kept_items = [item for index, item in enumerate(value) if index != step]
    if rest and isinstance(step, int):
        return [*value[:step], _without(value[step], tuple(rest)), *value[step + 1 :]]
    return kept_items
