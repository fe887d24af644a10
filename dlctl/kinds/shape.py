"""Tables of the fields that are read of an object, with the type that each must have.

A field that is not in a table may be anything, and null counts as absent; an item of a list and a value of
a map must not be null.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from dlctl.kinds.field_path import Step, written
from dlctl.quantity import amount

Path = tuple[Step, ...]


class Violation(Struct, frozen=True):
    """A field that does not have the type that it must have. The message shows no value: it may be secret."""

    path: Path
    message: str

    def __str__(self) -> str:
        return f"{written(self.path)} {self.message}"


class Leaf(Struct, frozen=True):
    """A value without fields: `wrong` says what is wrong with it under its key, or nothing."""

    wrong: Callable[[Any, Step], str]


class ListOf(Struct, frozen=True):
    """A list, each item of one shape; `filled` forbids an empty one."""

    item: "Shape"
    filled: bool = False


class MapOf(Struct, frozen=True):
    """A mapping with any keys, each value of one shape."""

    value: "Shape"


class Fields(Struct, frozen=True):
    """A mapping with some fields that are read; those in `required` must be there."""

    fields: Mapping[str, "Shape"]
    required: tuple[str, ...] = ()


Shape = Leaf | ListOf | MapOf | Fields


def fields(*required: str, **shapes: Shape) -> Fields:
    """A mapping with these fields."""
    return Fields(shapes, required)


def violations(value: Any, shape: Shape, path: Path = ()) -> Iterator[Violation]:
    """Every place of a value that is not of its shape; `path` leads to the value."""
    if isinstance(shape, Leaf):
        if message := shape.wrong(value, path[-1] if path else ""):
            yield Violation(path, message)
    elif isinstance(shape, ListOf):
        yield from _of_list(value, shape, path)
    elif not isinstance(value, Mapping):
        yield Violation(path, f"must be a mapping, not {type_of(value)}")
    elif isinstance(shape, MapOf):
        for key, part in value.items():
            yield from violations(part, shape.value, (*path, key))
    else:
        yield from _of_fields(value, shape, path)


def _of_list(value: Any, shape: ListOf, path: Path) -> Iterator[Violation]:
    if not isinstance(value, list):
        yield Violation(path, f"must be a list, not {type_of(value)}")
        return
    if shape.filled and not value:
        yield Violation(path, "must not be empty")
    for index, item in enumerate(value):
        yield from violations(item, shape.item, (*path, index))


def _of_fields(value: Mapping[str, Any], shape: Fields, path: Path) -> Iterator[Violation]:
    for name in shape.required:
        if value.get(name) is None:
            yield Violation((*path, name), "is missing")
    for name, part in shape.fields.items():
        if value.get(name) is not None:
            yield from violations(value[name], part, (*path, name))


def type_of(value: Any) -> str:
    """The type of a JSON value, with its article."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    names = {int: "an integer", float: "a number with a fraction", str: "a string", list: "a list"}
    return names.get(type(value), "a mapping")


def _text(value: Any, _: Step) -> str:
    return "" if isinstance(value, str) else f"must be a string, not {type_of(value)}"


def _flag(value: Any, _: Step) -> str:
    return "" if isinstance(value, bool) else f"must be true or false, not {type_of(value)}"


def _integer(value: Any, _: Step) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return "" if abs(value) < 2**63 else "is too large"
    return f"must be an integer, not {type_of(value)}"


def _count(value: Any, key: Step) -> str:
    if message := _integer(value, key):
        return message
    if value < 0:
        return "must not be negative"
    return "" if value < 2**31 else "is too large"


def _quantity(value: Any, key: Step) -> str:
    """A quantity of a resource; one with a domain in its name is counted in whole units."""
    found = amount(str(value)) if isinstance(value, str | int | float) else None
    if found is None or isinstance(value, bool):
        why = "; this string is not one" if isinstance(value, str) else f", not {type_of(value)}"
        return f"must be a quantity such as 8, 500m or 16Gi{why}"
    if found < 0:
        return "must not be negative"
    if "/" in str(key) and found.denominator != 1:
        return "must be a whole number: extended resources have no parts"
    return ""


TEXT = Leaf(_text)
FLAG = Leaf(_flag)
INTEGER = Leaf(_integer)
COUNT = Leaf(_count)
TEXTS = ListOf(TEXT)
TEXT_MAP = MapOf(TEXT)
QUANTITY = Leaf(_quantity)
QUANTITIES = MapOf(QUANTITY)
MAPPING = fields()
