"""Which fields our field manager owns, read from `managedFields`.

An apply whose fields we own exactly, with equal values, would change nothing: no request is
needed to know it. The check is allowed to say no where yes is true (then a dry run decides), and
never the other way round.

Format of `fieldsV1`: structured-merge-diff, fieldpath/serialize-pe.go. `f:` names a field, `k:` an
item of a list by its keys, `v:` an item of a set by its value, `i:` one by its index, `.` the place
itself; a place with nothing below it is owned whole.
"""

import itertools
import json
from collections.abc import Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.plan.compare import same

MANAGER = "dlctl"

NEVER_OWNED = frozenset(
    {
        "name",
        "namespace",
        "uid",
        "selfLink",
        "generation",
        "creationTimestamp",
        "managedFields",
        "resourceVersion",
    }
)
"""Parts of `metadata` that managedFields leave out (apimachinery, managedfields/internal/stripmeta.go)."""

Fields = Mapping[str, Any]

_ABSENT = object()


def applied_fields(live: JsonObject, api_version: str = "", manager: str = MANAGER) -> Fields | None:
    """The fields that `manager` owns by server-side apply; None where it applied nothing.

    With an `api_version`, also None where it applied in another version: its fields may differ.
    """
    entries = (live.get("metadata") or {}).get("managedFields") or ()
    for entry in entries:
        if (
            entry.get("manager") == manager
            and entry.get("operation") == "Apply"
            and not entry.get("subresource")
        ):
            if api_version and entry.get("apiVersion") != api_version:
                return None
            fields: Fields | None = entry.get("fieldsV1")
            return fields
    return None


def owns_exactly(body: JsonObject, live: JsonObject) -> bool:
    """Whether we own what `body` states, all of it and nothing else, and `live` has equal values."""
    fields = applied_fields(live, str(body.get("apiVersion", "")))
    if fields is None:
        return False
    stated = {key: value for key, value in body.items() if key not in ("apiVersion", "kind", "metadata")}
    metadata = {key: value for key, value in body["metadata"].items() if key not in NEVER_OWNED}
    if metadata:
        stated["metadata"] = metadata
    return _mapping(fields, stated, live)


def _mapping(fields: Fields, stated: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    if len(fields) - ("." in fields) != len(stated):
        return False
    for key, value in stated.items():
        child = fields.get("f:" + key)
        if child is None or not _value(child, value, live.get(key, _ABSENT)):
            return False
    return True


def _value(fields: Fields, stated: Any, live: Any) -> bool:
    if not fields or (len(fields) == 1 and "." in fields):
        # The server drops a null, and keeps that we stated it.
        return same(stated, live) if live is not _ABSENT else stated is None
    if isinstance(stated, dict) and isinstance(live, dict):
        return _mapping(fields, stated, live)
    if isinstance(stated, list) and isinstance(live, list):
        return _list(fields, stated, live)
    return False


def _list(fields: Fields, stated: list[Any], live: list[Any]) -> bool:
    paths = [path for path in fields if path != "."]
    if len(paths) != len(stated):
        return False
    if all(path.startswith("k:") for path in paths):
        return _keyed(fields, paths, stated, live)
    if all(path.startswith("v:") for path in paths):
        return _set(paths, stated, live)
    return False


def _set(paths: list[str], stated: list[Any], live: list[Any]) -> bool:
    """A set: each item is owned, and stands in the live list in the order stated."""
    owned = {_scalar_text(json.loads(path[2:])) for path in paths}
    texts = [_scalar_text(item) for item in stated]
    if len(owned) != len(texts) or not owned.issuperset(texts):
        return False
    places = {_scalar_text(item): place for place, item in enumerate(live)}
    return _in_order([places.get(text, -1) for text in texts])


def _keyed(fields: Fields, paths: list[str], stated: list[Any], live: list[Any]) -> bool:
    """A list of mappings told apart by keys; the server adds a key's default where none is stated."""
    keys = {path: json.loads(path[2:]) for path in paths}
    names = tuple(next(iter(keys.values())))
    pairs = _match(keys, names, stated)
    positions = _positions(names, live)
    if pairs is None or positions is None:
        return False
    places: list[int] = []
    for path, item in pairs:
        place = positions.get(tuple(keys[path].get(name) for name in names), -1)
        if place < 0 or not _value(fields[path], item, live[place]):
            return False
        places.append(place)
    return _in_order(places)


def _match(
    keys: Mapping[str, Mapping[str, Any]], names: tuple[str, ...], stated: list[Any]
) -> list[tuple[str, Any]] | None:
    """Each stated item with the owned path that means it; None where that is not certain."""
    by_values = {tuple(key.get(name) for name in names): path for path, key in keys.items()}
    pairs: list[tuple[str, Any]] = []
    used: set[str] = set()
    for item in stated:
        path = _path(keys, by_values, names, item)
        if path is None or path in used:
            return None
        used.add(path)
        pairs.append((path, item))
    return pairs


def _path(
    keys: Mapping[str, Mapping[str, Any]],
    by_values: Mapping[tuple[Any, ...], str],
    names: tuple[str, ...],
    item: Any,
) -> str | None:
    if not isinstance(item, dict):
        return None
    values = [item[name] for name in names if name in item]
    if not all(isinstance(value, str | int) for value in values):
        return None
    if len(values) == len(names):
        return by_values.get(tuple(values))
    candidates = [
        path
        for path, key in keys.items()
        if all(key.get(name) == item[name] for name in names if name in item)
    ]
    return candidates[0] if len(candidates) == 1 else None


def _positions(names: tuple[str, ...], live: list[Any]) -> dict[tuple[Any, ...], int] | None:
    positions: dict[tuple[Any, ...], int] = {}
    for place, item in enumerate(live):
        if not isinstance(item, dict):
            return None
        values = tuple(item.get(name) for name in names)
        if any(isinstance(value, list | dict) for value in values) or values in positions:
            return None
        positions[values] = place
    return positions


def _in_order(places: list[int]) -> bool:
    return -1 not in places and all(a < b for a, b in itertools.pairwise(places))


def _scalar_text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
