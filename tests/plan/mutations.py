"""Every small change of a JSON value: a key or item less, another scalar, a list turned round."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

_IDENTITY = {("apiVersion",), ("kind",), ("metadata",), ("metadata", "name"), ("metadata", "namespace")}

Path = tuple[str | int, ...]


def mutations(body: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Pairs of what was changed and the changed copy; what identifies the object stays."""
    for path, value in _places((), body):
        if path in _IDENTITY or not path:
            continue
        yield f"without {path}", _edited(body, path, None, remove=True)
        if isinstance(value, list) and len(value) > 1:
            yield f"reversed {path}", _edited(body, path, value[::-1])
        if not isinstance(value, dict | list):
            for other in _others(value):
                yield f"{other!r} at {path}", _edited(body, path, other)


def _places(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    yield path, value
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _places((*path, key), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places((*path, index), item)


def _others(value: Any) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return (not value, int(value))
    if isinstance(value, int | float):
        return (value + 1, str(value), bool(value), None)
    if isinstance(value, str):
        return (value + "x", "", None, int(value)) if value.isdigit() else (value + "x", "", None)
    return ("x",)


def _edited(body: Mapping[str, Any], path: Path, value: Any, *, remove: bool = False) -> dict[str, Any]:
    copied: Any = copy.deepcopy(dict(body))
    parent = copied
    for key in path[:-1]:
        parent = parent[key]
    if remove:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    whole: dict[str, Any] = copied
    return whole
