"""The filter `merge`: deep merge of manifests.

Mappings are merged recursively. Lists are merged by the field that identifies their items, else
concatenated. None counts as missing. Different scalars at one path are an error.
"""

from collections.abc import Iterable
from typing import Any

from dlctl.errors import RenderError
from dlctl.render.engine.budget import Budget
from dlctl.render.engine.language.undefined import Record
from dlctl.render.engine.secret_values import MARKS, plain_type
from dlctl.render.engine.values import describe

IDENTITY_KEYS = ("mountPath", "name", "key")
"""Fields that identify a list item, by priority: volume mounts may share `name` but not `mountPath`."""


def merge(values: Iterable[Any], budget: Budget) -> Any:
    """All values merged, in order. Raises RenderError with the path of conflicting values.

    The error does not contain the values: they may be secret.
    """
    result = None
    for value in values:
        result = _join(result, _without_none(value, budget), "")
    return result


def _join(left: Any, right: Any, path: str) -> Any:
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, dict) and isinstance(right, dict):
        return _join_mappings(left, right, path)
    if isinstance(left, list) and isinstance(right, list):
        return _join_lists(left, right, path)
    if plain_type(left) is plain_type(right) and left == right:
        return right if type(right) in MARKS else left
    place = f"at {path}" if path else "at the top level"
    if plain_type(left) is plain_type(right):
        raise RenderError(f"merge: conflicting values {place}", hint="remove one of them")
    raise RenderError(f"merge: cannot merge {describe(left)} and {describe(right)} {place}")


def _join_mappings(left: dict[str, Any], right: dict[str, Any], path: str) -> dict[str, Any]:
    result = left.copy()
    for key, value in right.items():
        if key in result:
            result[key] = _join(result[key], value, f"{path}.{key}" if path else str(key))
        else:
            result[key] = value
    return result


def _join_lists(left: list[Any], right: list[Any], path: str) -> list[Any]:
    result = left.copy()
    places = _places(left)
    ambiguous = _repeated(right)
    for item in right:
        name = identity(item)
        if name in places and name not in ambiguous:
            where = f"{path}[{name[0]}={name[1]}]" if name else path
            result[places[name]] = _join(result[places[name]], item, where)
        elif name is None or item not in result:
            result.append(item)
    return result


def identity(item: Any) -> tuple[str, str] | None:
    """The field and value that identify this list item; None if it has no such field."""
    if isinstance(item, dict):
        for key in IDENTITY_KEYS:
            if isinstance(item.get(key), str):
                return key, item[key]
    return None


def _places(items: list[Any]) -> dict[tuple[str, str] | None, int]:
    repeated = _repeated(items)
    names = ((identity(item), index) for index, item in enumerate(items))
    return {name: index for name, index in names if name is not None and name not in repeated}


def _repeated(items: list[Any]) -> set[tuple[str, str] | None]:
    seen: set[tuple[str, str] | None] = set()
    return {name for name in map(identity, items) if name in seen or seen.add(name)}  # type: ignore[func-returns-value]  # add returns None


def _without_none(value: Any, budget: Budget) -> Any:
    if isinstance(value, dict):
        budget.touch(value)
        return {
            key: _without_none(item, budget) if type(item) in _NESTED else item
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, list | tuple):
        budget.touch(value)
        return [
            _without_none(item, budget) if type(item) in _NESTED else item
            for item in value
            if item is not None
        ]
    return value


_NESTED = frozenset({dict, list, tuple, Record})
