"""Label and field selectors, evaluated on plain objects (Kubernetes API concepts, "Labels and selectors")."""

import re
from collections.abc import Mapping

from dlctl.errors import Invalid
from dlctl.manifest import JsonObject

_KEY = r"[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?"
_SET = re.compile(rf"({_KEY})\s+(in|notin)\s+\(([^()]*)\)\Z")
_EQUAL = re.compile(rf"({_KEY})\s*(==|=|!=)\s*([A-Za-z0-9._-]*)\Z")
_EXISTS = re.compile(rf"(!?)\s*({_KEY})\Z")
_COMMA = re.compile(r",(?![^(]*\))")
_FIELDS = frozenset({"metadata.name", "metadata.namespace"})


def matches_labels(body: JsonObject, selector: str) -> bool:
    """Whether an object's labels fit; Invalid for a selector that cannot be read."""
    labels = (body.get("metadata") or {}).get("labels") or {}
    terms = (term.strip() for term in _COMMA.split(selector) if term.strip())
    return all(_fits(labels, term) for term in terms)


def _fits(labels: Mapping[str, str], term: str) -> bool:
    if found := _SET.match(term):
        key, operator, listed = found.groups()
        inside = labels.get(key) in {value.strip() for value in listed.split(",")}
        return inside if operator == "in" else not inside
    if found := _EQUAL.match(term):
        key, operator, value = found.groups()
        return (labels.get(key) == value) == (operator != "!=")
    if found := _EXISTS.match(term):
        return (found[2] in labels) != bool(found[1])
    raise Invalid(f"unable to parse requirement: {term}")


def matches_fields(body: JsonObject, selector: str) -> bool:
    """Whether an object's name and namespace fit; other fields are not selectable for every kind."""
    metadata = body.get("metadata") or {}
    for term in filter(None, selector.split(",")):
        field, operator, value = re.split(r"(!=|==|=)", term, maxsplit=1)
        if field not in _FIELDS:
            raise Invalid(f'"{field}" is not a known field selector')
        same = str(metadata.get(field.removeprefix("metadata."), "")) == value
        if same == (operator == "!="):
            return False
    return True
