"""Secret values in templates: marked, so that everything that is made from one is marked, too.

A scalar of a secret parameter is a subclass of str, int or float: its mark. Mappings, lists, `set`, `for`,
`with`, includes and fragments keep the scalars themselves, and so the marks. What makes new scalars loses
them: operators, filters, methods, `text(…)`. All these are the engine's own, and mark their result where
an operand is marked. A comparison, a test or a branch is not marked: it only asks about a value.

Booleans and none have no mark, and an empty string needs none.
"""

from collections.abc import Iterable, Mapping
from typing import Any, SupportsIndex


class SecretText(str):
    """A string that is secret or made from a secret."""

    __slots__ = ()

    def __getitem__(self, key: SupportsIndex | slice) -> "SecretText":
        return SecretText(super().__getitem__(key))

    def __deepcopy__(self, memo: Any) -> "SecretText":
        return self


class SecretInteger(int):
    """An integer that is secret or made from a secret."""

    __slots__ = ()

    def __neg__(self) -> "SecretInteger":
        return SecretInteger(super().__neg__())

    def __pos__(self) -> "SecretInteger":
        return self

    def __deepcopy__(self, memo: Any) -> "SecretInteger":
        return self


class SecretNumber(float):
    """A floating-point number that is secret or made from a secret."""

    __slots__ = ()

    def __neg__(self) -> "SecretNumber":
        return SecretNumber(super().__neg__())

    def __pos__(self) -> "SecretNumber":
        return self

    def __deepcopy__(self, memo: Any) -> "SecretNumber":
        return self


MAX_KEPT = 500_000
"""The most characters of derived strings that one rendering keeps."""

MARKS: Mapping[type, type] = {SecretText: str, SecretInteger: int, SecretNumber: float}
"""The marked types, with the types of the same values without a mark."""

_MARKED: Mapping[type, type] = {plain: mark for mark, plain in MARKS.items()}


def marked(value: Any) -> Any:
    """The value with all its scalars marked; the keys of its mappings are names, not values."""
    if isinstance(value, Mapping):
        return {key: marked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [marked(item) for item in value]
    mark = _MARKED.get(type(value))
    return mark(value) if mark is not None and value != "" else value


def unmarked(scalar: Any) -> Any:
    """A scalar without its mark."""
    plain = MARKS.get(type(scalar))
    return scalar if plain is None else plain(scalar)


def plain_type(value: Any) -> type:
    """The type of a value, whether it is marked or not."""
    return MARKS.get(type(value), type(value))


def holds_mark(values: Iterable[Any]) -> bool:
    """Whether a scalar or a key anywhere in these values is marked."""
    waiting = list(values)
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if type(value) in MARKS:
            return True
        if isinstance(value, Mapping | list | tuple) and id(value) not in seen:
            seen.add(id(value))
            waiting.extend((*value, *value.values()) if isinstance(value, Mapping) else value)
    return False


class Derived:
    """The strings that one rendering made from secret values, whole results and their parts.

    Only so many are kept as messages need: places do not depend on them.
    """

    __slots__ = ("_size", "texts")

    def __init__(self) -> None:
        self.texts: set[str] = set()
        self._size = 0

    def of_parts(self, result: Any, operands: Iterable[Any]) -> Any:
        """The result of an operation, marked where anything in its operands is."""
        return self.mark(result) if type(result) not in _NEVER and holds_mark(operands) else result

    def of_scalars(self, result: Any, operands: Iterable[Any]) -> Any:
        """The same, marked only where an operand itself is a marked scalar."""
        return self.mark(result) if any(type(operand) in MARKS for operand in operands) else result

    def mark(self, result: Any) -> Any:
        """The result marked, and its strings remembered."""
        found = marked(result)
        for item in found if isinstance(found, list) else (found,):
            if type(item) is SecretText and self._size + len(item) <= MAX_KEPT:
                self._size += len(item)
                self.texts.add(str(item))
        return found


_NEVER = frozenset({bool, type(None)})
