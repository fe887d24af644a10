"""Lists whose items have keys: no two items may have the same (`x-kubernetes-list-type`)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.schemas.document import REF, Schema, Schemas
from dlctl.schemas.messages import shown
from dlctl.schemas.model import Problem, field_text
from dlctl.schemas.walk import Visited


def duplicates(visited: Visited, schemas: Schemas) -> Iterator[Problem]:
    """A problem for each item that repeats an earlier one or has no key, in a list whose items have keys."""
    kind = visited.schema.get("x-kubernetes-list-type")
    if kind not in ("set", "map") or not isinstance(visited.value, list):
        return
    keys = tuple(visited.schema.get("x-kubernetes-list-map-keys") or ()) if kind == "map" else ()
    if len(visited.value) < 2 and (kind == "set" or _have_all(visited.value, keys)):
        return
    defaults = _defaults(visited.schema.get("items") or {}, schemas)
    seen: set[str] = set()
    for index, item in enumerate(visited.value):
        identity = _identity(item, keys, defaults) if kind == "map" else item
        text = json.dumps(identity, sort_keys=True)
        path = (*visited.path, index)
        if isinstance(item, Mapping) and keys and not any(key in item or key in defaults for key in keys):
            yield Problem("required", path, f"{field_text((*path, keys[0]))}: Required value")
        elif identity is not None and text in seen:
            found = shown(identity)
            yield Problem("duplicate", path, f"{field_text(path)}: Duplicate value: {found}", shown=found)
        seen.add(text)


def _have_all(items: list[Any], keys: tuple[str, ...]) -> bool:
    return all(isinstance(item, dict) and all(key in item for key in keys) for item in items)


def _identity(item: Any, keys: tuple[str, ...], defaults: Mapping[str, Any]) -> Any:
    """The keys of an item with their values, those that are not stated by their defaults."""
    if not isinstance(item, Mapping):
        return None
    stated = {key: item.get(key, defaults.get(key)) for key in keys}
    return {key: value for key, value in stated.items() if value is not None} or None


def _defaults(items: Schema, schemas: Schemas) -> dict[str, Any]:
    parts = (items, *(items.get("allOf") or ()))
    names = [str(part["$ref"]).removeprefix(REF) for part in parts if "$ref" in part]
    fields = [part.get("properties") or {} for part in (items, *(schemas.get(name, {}) for name in names))]
    return {
        key: field["default"]
        for each in fields
        for key, field in each.items()
        if isinstance(field, Mapping) and "default" in field
    }
