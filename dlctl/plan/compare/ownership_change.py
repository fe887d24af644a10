"""Detect applies that change no value but the ownership of fields.

If others created an object with the same values, we do not own its fields: a field that is later removed
from the manifest would stay. So gaining or losing ownership of a field is a change, except for a field
that the manifest states as empty or null, which others may fill and then own.
"""

import json
from collections.abc import Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.plan.compare.list_items import match_items
from dlctl.plan.live.managed_fields import Fields
from dlctl.plan.live.owned_paths import dotted, leaves
from dlctl.text import listed

_Path = tuple[str, ...]
_UNKNOWN = object()


def ownership_differs(body: JsonObject, before: Fields | None, after: Fields | None) -> bool:
    """Whether the owned fields differ, ignoring fields that are empty in `body`."""
    if before == after:
        return False
    if before is None or after is None:
        return True
    differing = set(leaves((), before)) ^ set(leaves((), after))
    return any(not _is_empty(_stated(body, path)) for path in differing)


def staying(
    before: Fields | None, after: Fields | None, merged: JsonObject, others: Mapping[str, Fields]
) -> tuple[str, ...]:
    """Sentences on fields that an apply gives up and that stay, since `others` own them, too."""
    given_up = set(leaves((), before or {})) - set(leaves((), after or {}))
    owners = {name: set(leaves((), fields)) for name, fields in others.items()}
    found: dict[str, list[str]] = {}
    for path in sorted(given_up):
        if path[-1:] == (".",) or _stated(merged, path) is _UNKNOWN:
            continue
        for name in (name for name, paths in owners.items() if path in paths):
            found.setdefault(name, []).append(dotted(path))
    return tuple(f"{listed(paths)} stays: {name} owns it, too" for name, paths in sorted(found.items()))


def _stated(value: Any, path: _Path) -> Any:
    """The manifest's value at a path of managedFields, or a marker if it has none."""
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
