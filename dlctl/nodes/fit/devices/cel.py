"""Evaluate selectors of devices: the part of CEL that they use, with Kubernetes' quantities and versions.

k8s.io/dynamic-resource-allocation/cel has the environment. `a && b` and `a || b` are as in CEL: an error on
one side does not count where the other side decides.
"""

import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from msgspec import Struct

from dlctl.nodes.fit.devices.cel_syntax import Node, UnsupportedError, parse
from dlctl.nodes.fit.devices.model import Device
from dlctl.pattern import pattern
from dlctl.quantity import amount

_VERSION = pattern(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?\Z")


class EvaluationError(Exception):
    """The expression fails for a device, such as one without an attribute: the scheduler gives up the pod."""


class Ordered(Struct, frozen=True):
    """A quantity or a version: compared by methods, with its like only."""

    sort: str
    value: Any


def matches(expression: str, device: Device) -> bool:
    """Whether a device matches. Raises UnsupportedError, or EvaluationError where it fails for the device."""
    found = _value(parse(expression), device)
    if not isinstance(found, bool):
        raise EvaluationError("it is neither true nor false")
    return found


def _value(node: Node, device: Device) -> Any:
    if node.kind in ("and", "or"):
        return _logic(node, device)
    if node.kind == "call":
        return _call(node, device)
    if node.kind not in _KINDS:
        raise UnsupportedError
    return _KINDS[node.kind](node.name, device, *(_value(part, device) for part in node.parts))


def _variable(name: str, device: Device) -> Device:
    if name != "device":
        raise UnsupportedError
    return device


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise EvaluationError("no such overload")
    return value


def _logic(node: Node, device: Device) -> bool:
    """An error counts only where no part decides."""
    deciding, failed = node.kind == "or", None
    for part in node.parts:
        try:
            if _flag(_value(part, device)) is deciding:
                return deciding
        except EvaluationError as error:
            failed = failed or error
    if failed:
        raise failed
    return not deciding


def _field(value: Any, name: str) -> Any:
    if isinstance(value, Device):
        known = {"driver": value.driver, "attributes": value.attributes, "capacity": value.capacity}
        if name not in known:
            raise UnsupportedError
        return known[name]
    if isinstance(value, Mapping):
        if name not in value:
            raise EvaluationError(f"no such key: {name}")
        return value[name]
    raise UnsupportedError


def _index(value: Any, key: Any) -> Any:
    """A domain that no attribute has is an empty map."""
    if not isinstance(value, Mapping) or not isinstance(key, str):
        raise UnsupportedError
    if key in value:
        return value[key]
    if all(isinstance(each, Mapping) for each in value.values()):
        return {}
    raise EvaluationError(f"no such key: {key}")


def _compared(sign: str, left: Any, right: Any) -> bool:
    if sign == "in":
        if not isinstance(right, list | Mapping):
            raise EvaluationError("no such overload")
        return any(_equal(left, each) for each in right)
    if sign in ("==", "!="):
        return _equal(left, right) is (sign == "==")
    if type(left) is not type(right) or not isinstance(left, str | int | float) or isinstance(left, bool):
        raise EvaluationError("no such overload")
    return _ORDER[sign](left, right)


def _equal(left: Any, right: Any) -> bool:
    return isinstance(left, bool) is isinstance(right, bool) and bool(left == right)


def _call(node: Node, device: Device) -> Any:
    if node.name == "has" and len(node.parts) == 1 and node.parts[0].kind == "field":
        of = _value(node.parts[0].parts[0], device)
        return isinstance(of, Mapping) and node.parts[0].name in of
    given = [_value(part, device) for part in node.parts]
    if node.name not in ("quantity", "semver") or len(given) != 1 or not isinstance(given[0], str):
        raise UnsupportedError
    return quantity(given[0]) if node.name == "quantity" else version(given[0])


def quantity(text: str) -> Ordered:
    """A quantity. Raises EvaluationError where the text is none."""
    found = amount(text)
    if found is None:
        raise EvaluationError(f"'{text}' is not a valid quantity")
    return Ordered("quantity", Fraction(found))


def version(text: str) -> Ordered:
    """A version. Raises EvaluationError where the text is none, UnsupportedError for a pre-release."""
    found = _VERSION.match(text)
    if found is None:
        raise EvaluationError(f"'{text}' is not a valid version")
    if found[4]:
        raise UnsupportedError
    return Ordered("version", tuple(map(int, found.groups()[:3])))


def _method(name: str, value: Any, *given: Any) -> Any:
    table = _OF_ORDERED if isinstance(value, Ordered) else _OF_TEXT if isinstance(value, str) else {}
    if name not in table:
        raise UnsupportedError
    if isinstance(value, Ordered) and not (
        len(given) == 1 and isinstance(given[0], Ordered) and given[0].sort == value.sort
    ):
        raise EvaluationError("no such overload")
    try:
        return table[name](value, *given)
    except TypeError as error:
        raise UnsupportedError from error


def _found(value: str, expression: str) -> bool:
    """RE2's expressions are nearly Python's; what Python does not read is not evaluated."""
    try:
        return re.search(expression, value) is not None
    except re.error as error:
        raise UnsupportedError from error


_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OF_ORDERED: Mapping[str, Callable[..., Any]] = {
    "compareTo": lambda one, other: (one.value > other.value) - (one.value < other.value),
    "isGreaterThan": lambda one, other: one.value > other.value,
    "isLessThan": lambda one, other: one.value < other.value,
}
_OF_TEXT: Mapping[str, Callable[..., Any]] = {
    "startsWith": lambda text, part: text.startswith(part),
    "endsWith": lambda text, part: text.endswith(part),
    "contains": lambda text, part: part in text,
    "lowerAscii": lambda text: "".join(each.lower() if each.isascii() else each for each in text),
    "upperAscii": lambda text: "".join(each.upper() if each.isascii() else each for each in text),
    "replace": lambda text, old, new: text.replace(old, new),
    "matches": _found,
}
_KINDS: Mapping[str, Callable[..., Any]] = {
    "value": lambda value, _: value,
    "list": lambda _, __, *items: list(items),
    "not": lambda _, __, value: not _flag(value),
    "variable": _variable,
    "compare": lambda sign, _, left, right: _compared(sign, left, right),
    "field": lambda name, _, value: _field(value, name),
    "index": lambda _, __, value, key: _index(value, key),
    "method": lambda name, _, value, *given: _method(name, value, *given),
}
