"""Shapes of JSON values. A check returns what is wrong with a value, or None.

A field that is absent or null is as good as an empty one, as for Kubernetes' own clients, unless it is
required.

A page of a list has thousands of values: what is checked of all of them at once, by their types, costs a
fraction of a call for each.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from msgspec import Struct


class Problem(Struct, frozen=True):
    """Something wrong at a place in a value; `path` has the steps to it."""

    text: str
    path: tuple[str, ...] = ()

    def below(self, step: str) -> "Problem":
        """The same problem, seen from one level higher."""
        return Problem(self.text, (step, *self.path))

    def __str__(self) -> str:
        place = ".".join(self.path).replace(".[", "[")
        return f"{place} {self.text}" if place else f"it {self.text}"


Check = Callable[[Any], Problem | None]


def text(value: Any) -> Problem | None:
    """Accepts a string."""
    return None if isinstance(value, str) else _is_not("a string", value)


def whole_number(value: Any) -> Problem | None:
    """Accepts an integer of 64 bits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return None if -(2**63) <= value < 2**63 else Problem("is a number that is too large")
    return _is_not("a number", value)


def scalar(value: Any) -> Problem | None:
    """Accepts a string, a number, true or false."""
    return _is_not("a single value", value) if isinstance(value, dict | list) else None


def mapping(value: Any) -> Problem | None:
    """Accepts an object with any fields."""
    return None if isinstance(value, dict) else _is_not("an object", value)


_OBJECT = frozenset({dict})
_OPTIONAL_TEXT = frozenset({str, type(None)})
_TYPES: Mapping[Check, frozenset[type]] = {
    text: frozenset({str}),
    scalar: frozenset({str, int, float, bool, type(None)}),
    mapping: frozenset({dict}),
}
"""The types of which a check accepts every value."""


def fields(required: tuple[str, ...] = (), /, **checks: Check) -> Check:
    """Accepts an object whose fields are accepted; `required` ones must be there and not be empty."""
    texts = tuple(key for key, below in checks.items() if below is text)
    others = tuple((key, below) for key, below in checks.items() if below is not text)

    def check(value: Any) -> Problem | None:
        if not isinstance(value, dict):
            return _is_not("an object", value)
        for key in required:
            if value.get(key) in (None, ""):
                return Problem("is missing", (key,))
        if not _OPTIONAL_TEXT.issuperset(map(type, map(value.get, texts))):
            return _first(text, ((key, value[key]) for key in texts if value.get(key) is not None))
        for key, below in others:
            if (found := value.get(key)) is not None and (problem := below(found)):
                return problem.below(key)
        return None

    return check


def each(below: Check) -> Check:
    """Accepts a list of accepted items."""

    def check(value: Any) -> Problem | None:
        if not isinstance(value, list):
            return _is_not("a list", value)
        if accepted.issuperset(map(type, value)):
            return None
        for index, item in enumerate(value):
            if problem := below(item):
                return problem.below(f"[{index}]")
        return None

    accepted = _TYPES.get(below, frozenset())
    return check


def values(below: Check) -> Check:
    """Accepts an object whose values are accepted, under any keys."""

    def check(value: Any) -> Problem | None:
        if not isinstance(value, dict):
            return _is_not("an object", value)
        if accepted.issuperset(map(type, value.values())):
            return None
        return _first(below, value.items())

    accepted = _TYPES.get(below, frozenset())
    return check


def tree(value: Any) -> Problem | None:
    """Accepts an object whose values are such objects again, as `fieldsV1` is."""
    if not isinstance(value, dict):
        return _is_not("an object", value)
    return None if _are_trees(value.values()) else _first(tree, value.items())


def _are_trees(values: Iterable[Any]) -> bool:
    """Whether `tree` accepts all of these values, which are looked at level by level."""
    level = list(values)
    while level:
        if not _OBJECT.issuperset(map(type, level)):
            return False
        level = [*chain.from_iterable(map(dict.values, filter(None, level)))]
    return True


def _first(below: Check, items: Iterable[tuple[str, Any]]) -> Problem | None:
    """What is wrong with the first of these values that is not accepted."""
    for key, item in items:
        if problem := below(item):
            return problem.below(key[:100])
    return None


def _is_not(wanted: str, value: Any) -> Problem:
    return Problem(f"is {_described(value)}, not {wanted}")


def _described(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    names: Mapping[type, str] = {str: "a string", dict: "an object", list: "a list"}
    return names.get(type(value), "a number")
