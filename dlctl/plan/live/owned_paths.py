"""Paths of managedFields: the leaves, their form in messages, and the values that they lead to."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.plan.live.managed_fields import Fields
from dlctl.secret_fields import escape

Path = tuple[str, ...]
MISSING = object()
"""Marker for a path that a value does not have."""


def leaves(path: Path, fields: Fields) -> Iterator[Path]:
    """The paths of the fields that are owned as a whole."""
    below = [(key, child) for key, child in fields.items() if key != "."]
    if not below:
        yield path
    for key, child in below:
        yield from leaves((*path, key), child)


def dotted(path: Path) -> str:
    """A path as the API server writes it: `.spec.containers[name="x"].image`."""
    return "".join(f".{word[2:]}" if word.startswith("f:") else _bracketed(word) for word in path)


def pointer(value: Any, path: Path) -> str:
    """A path as a JSON pointer into a value that has it."""
    steps = []
    for word in path:
        index, value = _step(value, word)
        steps.append(word[2:] if index is None else str(index))
    return "".join(f"/{escape(step)}" for step in steps)


def value_at_path(value: Any, path: Path) -> Any:
    """The value at a path, or MISSING."""
    for word in path:
        _, value = _step(value, word)
        if value is MISSING:
            return MISSING
    return value


def step_to(value: Any, word: str) -> Any:
    """The value to which one step of a path leads, or MISSING."""
    return _step(value, word)[1]


def _step(value: Any, word: str) -> tuple[int | None, Any]:
    """The index of the item that one step leads to, if it is one, and its value."""
    if word.startswith("f:"):
        return None, value.get(word[2:], MISSING) if isinstance(value, Mapping) else MISSING
    if not isinstance(value, list) or word[:2] not in ("k:", "v:"):
        return None, MISSING
    wanted = json.loads(word[2:])
    for index, item in enumerate(value):
        if item == wanted or _has(item, wanted):
            return index, item
    return None, MISSING


def _has(item: Any, keys: Any) -> bool:
    if not isinstance(item, Mapping) or not isinstance(keys, Mapping):
        return False
    return all(item.get(name, value) == value for name, value in keys.items())


def _bracketed(word: str) -> str:
    value = json.loads(word[2:])
    pairs = value.items() if isinstance(value, dict) else ()
    return f"[{','.join(f'{key}={json.dumps(each)}' for key, each in pairs) or word[2:]}]"
