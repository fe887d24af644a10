"""Label and field selectors, evaluated on plain objects (Kubernetes API concepts, "Labels and selectors")."""

import re
from collections.abc import Callable

from dlctl.errors import Invalid
from dlctl.manifest import JsonObject

Test = Callable[[JsonObject], bool]

_KEY = r"[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?"
_SET = re.compile(rf"({_KEY})\s+(in|notin)\s+\(([^()]*)\)\Z")
_EQUAL = re.compile(rf"({_KEY})\s*(==|=|!=)\s*([A-Za-z0-9._-]*)\Z")
_EXISTS = re.compile(rf"(!?)\s*({_KEY})\Z")
_COMMA = re.compile(r",(?![^(]*\))")
_FIELDS = frozenset({"metadata.name", "metadata.namespace", "type"})


def label_test(selector: str) -> Test:
    """The test that a label selector stands for; Invalid for one that cannot be read."""
    terms = tuple(_term(term.strip()) for term in _COMMA.split(selector) if term.strip())
    return lambda body: all(fits((body.get("metadata") or {}).get("labels") or {}) for fits in terms)


def _term(term: str) -> Test:
    if found := _SET.match(term):
        key, operator, listed = found.groups()
        values = {value.strip() for value in listed.split(",")}
        return lambda labels: (labels.get(key) in values) == (operator == "in")
    if found := _EQUAL.match(term):
        key, operator, value = found.groups()
        return lambda labels: (labels.get(key) == value) == (operator != "!=")
    if found := _EXISTS.match(term):
        absent, key = found.groups()
        return lambda labels: (key in labels) != bool(absent)
    raise Invalid(f"unable to parse requirement: {term}")


def field_test(selector: str) -> Test:
    """The test that a field selector stands for; only name and namespace are selectable for every kind.

    `type` is that of an Event, or of a Secret.
    """
    terms = tuple(_field(term) for term in selector.split(",") if term)
    return lambda body: all(
        fits({**(body.get("metadata") or {}), "type": body.get("type")}) for fits in terms
    )


def _field(term: str) -> Test:
    field, operator, value = re.split(r"(!=|==|=)", term, maxsplit=1)
    if field not in _FIELDS:
        raise Invalid(f'"{field}" is not a known field selector')
    key = field.removeprefix("metadata.")
    return lambda metadata: (metadata.get(key, "") == value) == (operator != "!=")
