"""Estimate the result of an apply without a server."""

from collections.abc import Mapping
from typing import Any

from dlctl.kinds.merge_keys import list_keys


def overlay(live: Any, stated: Any, field: str = "") -> Any:
    """`stated` merged over `live`, which are values of `field`. An estimate for display.

    Mappings are merged by key, lists by the keys of their items where they have such keys, as containers do,
    so that what the server has filled in stays; other values are replaced.
    """
    if isinstance(live, Mapping) and isinstance(stated, Mapping):
        merged = {key: overlay(live[key], stated[key], key) if key in stated else live[key] for key in live}
        return merged | {key: value for key, value in stated.items() if key not in live}
    if isinstance(live, list) and isinstance(stated, list):
        return _joined(live, stated, field)
    return stated


def _joined(live: list[Any], stated: list[Any], field: str) -> list[Any]:
    """The items of `stated`, each over that of `live`, and after them those of `live` alone."""
    keys = list_keys(field, None, live, stated)
    if not keys:
        return stated
    old, new = ({str([item.get(key) for key in keys]): item for item in items} for items in (live, stated))
    if len(old) < len(live) or len(new) < len(stated):  # such as a port of two protocols
        return stated
    kept = [item for name, item in old.items() if name not in new]
    return [overlay(old[name], item) if name in old else item for name, item in new.items()] + kept
