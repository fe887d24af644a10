"""Fill a parsed skeleton with values: prepared once, filled for every render.

A prepared mapping keeps a copy of its constant parts, so that filling copies it at C speed and then
adds only the changing parts.
"""

from collections.abc import Callable
from typing import Any

from dlctl.errors import Location, RenderError
from dlctl.render.engine.budget import Budget
from dlctl.render.engine.skeleton.tokens import Tokens, token_index
from dlctl.render.engine.values import copy_value, describe


class Filling:
    """The expression values of one text, while they are filled into its skeleton; `first` is the number of
    the token that the skeleton has as number 0.
    """

    __slots__ = ("_budget", "_first", "_tokens")

    def __init__(self, tokens: Tokens, budget: Budget, first: int = 0) -> None:
        self._tokens = tokens
        self._budget = budget
        self._first = first

    def value(self, index: int) -> Any:
        """A copy of the token's value. Raises RenderError, with its location, if it has no JSON form."""
        try:
            return copy_value(self._tokens.values[self._first + index], self._budget)
        except RenderError as error:
            if error.location is None:
                error.location = self._location(index)
            raise

    def key(self, index: int, taken: set[str]) -> str:
        """The token's value as a mapping's key, which is added to those that are taken."""
        key = self.value(index)
        if not isinstance(key, str):
            raise RenderError(
                f"{describe(key)} cannot be a mapping key",
                location=self._location(index),
                hint="convert the key with `| string`",
            )
        if key in taken:
            raise RenderError("duplicate key", location=self._location(index))
        taken.add(key)
        return key

    def _location(self, index: int) -> Location:
        return self._tokens.location(self._first + index)


Fill = Callable[[Filling], Any]


def prepare(value: Any) -> Fill:
    """A function that returns a copy of a skeleton's value with its tokens replaced.

    A key whose token's value is none is omitted; in a list none stays.
    """
    if isinstance(value, dict):
        return _prepare_mapping(value)
    if isinstance(value, list):
        return _prepare_list(value)
    index = token_index(value) if isinstance(value, str) else None
    if index is None:
        return lambda _: value
    return lambda filling: filling.value(index)


def _prepare_mapping(value: dict[str, Any]) -> Fill:
    if any(token_index(key) is not None for key in value):
        return _prepare_computed_keys(value)
    slots: list[tuple[str, int]] = []
    nested: list[tuple[str, Fill]] = []
    for key, item in value.items():
        index = token_index(item) if isinstance(item, str) else None
        if index is not None:
            slots.append((key, index))
        elif isinstance(item, dict | list):
            nested.append((key, prepare(item)))

    def fill(filling: Filling) -> dict[str, Any]:
        result = value.copy()
        for key, part in nested:
            result[key] = part(filling)
        for key, index in slots:
            found = filling.value(index)
            if found is None:
                del result[key]
            else:
                result[key] = found
        return result

    return fill


def _prepare_computed_keys(value: dict[str, Any]) -> Fill:
    pairs = [
        (key, token_index(key), prepare(item), isinstance(item, str) and token_index(item) is not None)
        for key, item in value.items()
    ]

    stated = frozenset(key for key, index, _, _ in pairs if index is None)

    def fill(filling: Filling) -> dict[str, Any]:
        taken, result = set(stated), dict[str, Any]()
        for name, index, part, droppable in pairs:
            key = name if index is None else filling.key(index, taken)
            found = part(filling)
            if found is not None or not droppable:
                result[key] = found
        return result

    return fill


def _prepare_list(value: list[Any]) -> Fill:
    changing = [(index, prepare(item)) for index, item in enumerate(value) if _changes(item)]

    def fill(filling: Filling) -> list[Any]:
        result = value.copy()
        for index, part in changing:
            result[index] = part(filling)
        return result

    return fill


def _changes(item: Any) -> bool:
    return isinstance(item, dict | list) or (isinstance(item, str) and token_index(item) is not None)
