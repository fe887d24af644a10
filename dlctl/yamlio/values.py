"""Look up and change JSON values along a path."""

from collections.abc import Sequence
from typing import Any

from dlctl.text import type_name

YamlPath = Sequence[str | int]


class NoPlace(Exception):  # noqa: N818 - internal; change.py turns it into a YamlError
    """The value at `depth` steps of the path cannot hold the next step."""

    def __init__(self, depth: int, message: str) -> None:
        super().__init__(message)
        self.depth = depth


def with_value(current: Any, path: YamlPath, value: Any, depth: int = 0) -> Any:
    """`current` with `value` at `path`; missing and null parents become mappings.

    Raises NoPlace.
    """
    if depth == len(path):
        return value
    step = path[depth]
    if isinstance(current, list):
        index = _index(current, step, depth)
        old = current[index] if index < len(current) else None
        return [*current[:index], with_value(old, path, value, depth + 1), *current[index + 1 :]]
    if current is None and isinstance(step, str):
        current = {}
    if not isinstance(current, dict):
        raise NoPlace(
            depth, f"is {type_name(current)}, not {'a mapping' if isinstance(step, str) else 'a list'}"
        )
    return {**current, str(step): with_value(current.get(str(step)), path, value, depth + 1)}


def without_value(current: Any, path: YamlPath) -> Any:
    """`current` without the value at `path`, which must exist."""
    step = path[0]
    if len(path) > 1:
        inner = without_value(value_at(current, path[:1]), path[1:])
        return with_value(current, path[:1], inner)
    if isinstance(current, list):
        return [item for index, item in enumerate(current) if index != step]
    return {key: item for key, item in current.items() if key != str(step)}


def value_at(current: Any, path: YamlPath) -> Any:
    """The value at `path`. Raises LookupError if there is none."""
    for step in path:
        if isinstance(current, list):
            if not isinstance(step, int) or not 0 <= step < len(current):
                raise LookupError(step)
            current = current[step]
        elif isinstance(current, dict) and str(step) in current:
            current = current[str(step)]
        else:
            raise LookupError(step)
    return current


def has_value(current: Any, path: YamlPath) -> bool:
    """Whether there is a value at `path`."""
    try:
        value_at(current, path)
    except LookupError:
        return False
    return True


def _index(items: list[Any], step: str | int, depth: int) -> int:
    if not isinstance(step, int):
        raise NoPlace(depth, "is a list, not a mapping")
    if not 0 <= step <= len(items):
        raise NoPlace(depth, f"has {len(items)} items: index {step} is out of range")
    return step
