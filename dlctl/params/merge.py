"""JSON Merge Patch (RFC 7386): mappings merge by key, everything else replaces, null removes."""

from collections.abc import Mapping
from typing import Any


def merge_patch(base: Any, patch: Any) -> Any:
    """`base` with `patch` applied, as a new value. A null in `patch` removes the key."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(base) if isinstance(base, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def nest(path: tuple[str, ...], value: Any) -> Any:
    """A value nested below a path: `nest(("a", "b"), 1)` is `{"a": {"b": 1}}`."""
    for key in reversed(path):
        value = {key: value}
    return value
