"""matchExpressions of Node Feature Discovery: what a rule asks of the features of a node."""

import re
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from dlctl.nodes.labelling.model import Elements, Features


class Operator(Struct, frozen=True):
    """How many values an operator takes, whether they are numbers, and its test of the element's value."""

    least: int
    most: int | None
    test: Callable[[str, tuple[str, ...], "Number"], bool]
    numeric: bool = False


Number = Callable[[str], tuple[int, ...] | None]
"""Reads a number or a version; None for any other text."""
_VERSION = re.compile(r"v?(\d{1,9}(?:\.\d{1,9})*)")


def integer(text: str) -> tuple[int, ...] | None:
    """An integer, as a tuple of one."""
    return (int(text),) if re.fullmatch(r"[+-]?\d{1,19}", text) else None


def version(text: str) -> tuple[int, ...] | None:
    """The numbers at the start of a version: `v1.2.3-rc1` as (1, 2, 3), without zeros at its end."""
    match = _VERSION.match(text)
    if match is None:
        return None
    numbers = [int(part) for part in match[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


NUMBERS: Mapping[str, Number] = {"": integer, "version": version}
"""The types of a matchExpression."""


def _compared(
    accept: Callable[[tuple[int, ...], list[tuple[int, ...]]], bool],
) -> Callable[[str, tuple[str, ...], Number], bool]:
    """A test that is false where one of the values is no number."""

    def test(value: str, values: tuple[str, ...], number: Number) -> bool:
        limits = [found for text in values if (found := number(text)) is not None]
        read = number(value)
        return read is not None and len(limits) == len(values) and accept(read, limits)

    return test


OPERATORS: Mapping[str, Operator] = {
    "In": Operator(1, None, lambda value, values, _: value in values),
    "NotIn": Operator(1, None, lambda value, values, _: value not in values),
    "InRegexp": Operator(
        1, None, lambda value, values, _: any(re.search(pattern, value) for pattern in values)
    ),
    "Exists": Operator(0, 0, lambda *_: True),
    "DoesNotExist": Operator(0, 0, lambda *_: False),
    "Gt": Operator(1, 1, _compared(lambda value, limits: value > limits[0]), numeric=True),
    "Ge": Operator(1, 1, _compared(lambda value, limits: value >= limits[0]), numeric=True),
    "Lt": Operator(1, 1, _compared(lambda value, limits: value < limits[0]), numeric=True),
    "Le": Operator(1, 1, _compared(lambda value, limits: value <= limits[0]), numeric=True),
    "GtLt": Operator(2, 2, _compared(lambda value, limits: limits[0] < value < limits[1]), numeric=True),
    "GeLe": Operator(2, 2, _compared(lambda value, limits: limits[0] <= value <= limits[1]), numeric=True),
    "IsTrue": Operator(0, 0, lambda value, *_: value == "true"),
    "IsFalse": Operator(0, 0, lambda value, *_: value == "false"),
}
"""The operators, as Node Feature Discovery defines them."""


class Expression(Struct, frozen=True):
    """What is asked of one element. An element that is missing fulfils `DoesNotExist` alone; so does none
    of the other operators for a flag, which has no value, but `Exists`. An empty `op` is always fulfilled.
    """

    op: str
    values: tuple[str, ...] = ()
    type: str = ""

    def matches(self, element: str, elements: Elements) -> bool:
        """Whether an element fulfils it."""
        if not self.op:
            return True
        if self.op in ("Exists", "DoesNotExist"):
            return (element in elements) is (self.op == "Exists")
        value = elements.get(element)
        return value is not None and OPERATORS[self.op].test(value, self.values, NUMBERS[self.type])

    def matches_name(self, elements: Iterable[str]) -> bool:
        """Whether the name of some element fulfils it."""
        names = list(elements)
        if self.op == "DoesNotExist":
            return not names
        return any(self.matches(name, {name: name}) for name in names)


class Term(Struct, frozen=True):
    """What is asked of one feature. Where it has instances, one of them must fulfil all of it."""

    feature: str
    expressions: Mapping[str, Expression]
    name: Expression | None = None

    def matches(self, features: Features) -> bool:
        """Whether a node's features fulfil the term; false where it does not have the feature at all."""
        feature = self.feature.lower()
        elements = features.elements.get(feature)
        if elements is not None and self._fulfilled(elements):
            return True
        return any(map(self._fulfilled, features.instances.get(feature, ())))

    def _fulfilled(self, elements: Elements) -> bool:
        if self.name is not None and not self.name.matches_name(elements):
            return False
        return all(each.matches(element, elements) for element, each in self.expressions.items())
