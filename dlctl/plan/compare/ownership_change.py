"""Whether an apply that changes no value is still worth sending, for what we would then own.

An object that somebody else made with the very values we state is not ours field by field: what
is later dropped from the manifest would stay. So taking or giving up a field is a change. It is
none for a field stated as empty or null: whoever fills it takes it from us, for good reason.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.plan.compare.list_items import match_items
from dlctl.plan.live.managed_fields import Fields

_Path = tuple[str, ...]
_UNKNOWN = object()


def ownership_differs(body: JsonObject, before: Fields | None, after: Fields | None) -> bool:
    """Whether the fields that we own differ, but for those that `body` states as empty."""
    if before == after:
        return False
    if before is None or after is None:
        return True
    differing = set(_leaves((), before)) ^ set(_leaves((), after))
    return any(not _is_empty(_stated(body, path)) for path in differing)


def _leaves(path: _Path, fields: Fields) -> Iterator[_Path]:
    below = [(key, child) for key, child in fields.items() if key != "."]
    if not below:
        yield path
    for key, child in below:
        yield from _leaves((*path, key), child)


def _stated(value: Any, path: _Path) -> Any:
    """What the manifest states at a path of managedFields; unknown where it states nothing."""
    for element in path:
        if element.startswith("f:") and isinstance(value, Mapping):
            value = value.get(element[2:], _UNKNOWN)
        elif element.startswith("k:") and isinstance(value, list):
            value = _item(value, element)
        else:
            return _UNKNOWN
    return value


def _item(items: list[Any], element: str) -> Any:
    key = json.loads(element[2:])
    for item in items:
        if match_items({element: key}, tuple(key), [item]):
            return item
    return _UNKNOWN


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, Mapping | list) and not value)
