"""Match owned paths to the manifest's items, in lists that server-side apply merges."""

import itertools
import json
from collections.abc import Mapping
from typing import Any


def match_items(
    keys: Mapping[str, Mapping[str, Any]], names: tuple[str, ...], stated: list[Any]
) -> list[str] | None:
    """For each item of the manifest its owned path; None if the match is not certain.

    The server sets defaults of missing keys (a port's protocol): items without these keys get the paths
    that items with all keys leave.
    """
    by_values = {tuple(key.get(name) for name in names): path for path, key in keys.items()}
    free = set(keys)
    found: dict[int, str] = {}
    if not all(isinstance(item, dict) for item in stated):
        return None
    for index in sorted(range(len(stated)), key=lambda i: sum(name not in stated[i] for name in names)):
        path = _path(keys, by_values, names, stated[index], free)
        if path is None:
            return None
        free.remove(path)
        found[index] = path
    return [found[index] for index in range(len(stated))]


def _path(
    keys: Mapping[str, Mapping[str, Any]],
    by_values: Mapping[tuple[Any, ...], str],
    names: tuple[str, ...],
    item: Mapping[str, Any],
    free: set[str],
) -> str | None:
    present = [name for name in names if name in item]
    if not all(isinstance(item[name], str | int) for name in present):
        return None
    if len(present) == len(names):
        path = by_values.get(tuple(item[name] for name in names))
        return path if path in free else None
    candidates = [path for path in free if all(keys[path].get(name) == item[name] for name in present)]
    return candidates[0] if len(candidates) == 1 else None


def positions_of(names: tuple[str, ...], live: list[Any]) -> dict[tuple[Any, ...], int] | None:
    """The index of each item by its key values; None if these are not unique."""
    positions: dict[tuple[Any, ...], int] = {}
    for place, item in enumerate(live):
        if not isinstance(item, dict):
            return None
        values = tuple(item.get(name) for name in names)
        if any(isinstance(value, list | dict) for value in values) or values in positions:
            return None
        positions[values] = place
    return positions


def same_set(paths: list[str], stated: list[Any], live: list[Any]) -> bool:
    """Whether the `v:` paths are the manifest's items, and the live list has them in the same order."""
    owned = {_scalar_text(json.loads(path[2:])) for path in paths}
    texts = [_scalar_text(item) for item in stated]
    if len(owned) != len(texts) or not owned.issuperset(texts):
        return False
    places = {_scalar_text(item): place for place, item in enumerate(live)}
    return in_order([places.get(text, -1) for text in texts])


def in_order(places: list[int]) -> bool:
    """Whether all were found (none is -1), in increasing order."""
    return -1 not in places and all(a < b for a, b in itertools.pairwise(places))


def _scalar_text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
