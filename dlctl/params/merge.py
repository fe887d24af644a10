"""JSON Merge Patch (RFC 7386): mappings merge by key, everything else replaces, null removes."""

from collections.abc import Mapping
from typing import Any


def merge_patch(base: Any, patch: Any) -> Any:
    """`base` with `patch` applied, as a new value. A null in `patch` removes the key."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(base) if isinstance(base, Mapping) else {}
    texts = [text for text in merged.values() if isinstance(text, str) and "$(" in text]
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return _known_above(base, merged) if texts else merged


def _known_above(base: Mapping[str, Any], merged: dict[str, Any]) -> dict[str, Any]:
    """The mapping with each new key above the first text of `base` that refers to it as $(KEY).

    Kubernetes replaces a reference in a variable only by a variable that stands above it.
    """
    new = [key for key in merged if key not in base]
    result: dict[str, Any] = {}
    for key, value in merged.items():
        if key in base and isinstance(value, str):
            result |= {each: merged[each] for each in new if f"$({each})" in value and each not in result}
        result.setdefault(key, value)
    return result


def nest(path: tuple[str, ...], value: Any) -> Any:
    """A value nested below a path: `nest(("a", "b"), 1)` is `{"a": {"b": 1}}`."""
    for key in reversed(path):
        value = {key: value}
    return value
