"""Schemas that several parameters have in common: `x-schema: GROUP#/PARAM` is that of a group's parameter.

A part of it is named as in a JSON pointer: `placement#/affinity/$defs/selector`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from dlctl.app.reader import Reader
from dlctl.errors import Location, RegistryError
from dlctl.registry.prototypes.secret_schema import NAMED_SCHEMAS, VALUE_KEYWORDS
from dlctl.text import shown_name

SCHEMA_KEY = "x-schema"
"""The keyword in a parameter's schema, at any depth."""

_OF_THE_PARAMETER = frozenset({"description", "default", "x-aliases", "x-per-role", "$defs"})
"""Keywords that are about the parameter, and not about its values."""
_DEEPEST = 8
"""Schemas that name another one, each in the one before."""


def with_shared(
    subject: str,
    schema: Mapping[str, Any],
    read: Callable[[str, Location], Reader],
    location: Location,
    depth: int = 0,
) -> dict[str, Any]:
    """The schema with the shared ones in their places; keywords that stand beside `x-schema` take precedence.

    `read` gives a group by its name, for what stands at a place.
    Raises RegistryError about `subject` for a schema that is not there, or that names itself.
    """

    def below(part: Any) -> Any:
        if isinstance(part, list):
            return [below(item) for item in part]
        return with_shared(subject, part, read, location, depth) if isinstance(part, Mapping) else part

    found = {
        key: {name: below(item) for name, item in value.items()}
        if key in NAMED_SCHEMAS and isinstance(value, Mapping)
        else value
        if key in VALUE_KEYWORDS
        else below(value)
        for key, value in schema.items()
        if key != SCHEMA_KEY
    }
    if SCHEMA_KEY not in schema:
        return found
    if depth >= _DEEPEST:
        raise RegistryError(f"{subject} has an {SCHEMA_KEY} that names itself", location=location)
    shared = _named(subject, str(schema[SCHEMA_KEY]), read, location)
    return {**with_shared(subject, shared, read, location, depth + 1), **found}


def _named(
    subject: str, name: str, read: Callable[[str, Location], Reader], location: Location
) -> dict[str, Any]:
    """The schema of this name, without references of its own."""
    group, _, path = name.partition("#/")
    parameter, *steps = path.split("/")
    whole = read(group, location).block("params").values.get(parameter) if group and parameter else None
    part: Any = whole
    for step in steps:
        part = part.get(step) if isinstance(part, Mapping) else None
    if not isinstance(whole, Mapping) or not isinstance(part, Mapping):
        raise RegistryError(
            f"{subject} has unknown {SCHEMA_KEY} {shown_name(name)}",
            location=location,
            hint="write GROUP#/PARAM, with a parameter of a group",
        )
    plain = without_references(part, whole.get("$defs") or {})
    return {key: value for key, value in plain.items() if key not in _OF_THE_PARAMETER}


def without_references(schema: Any, named: Mapping[str, Any], depth: int = 0) -> Any:
    """The schema with the parts that it names (`$ref: "#/$defs/NAME"`) in their places."""
    if isinstance(schema, list):
        return [without_references(each, named, depth) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {key: without_references(value, named, depth) for key, value in schema.items() if key != "$ref"}
    part = named.get(str(schema["$ref"]).removeprefix("#/$defs/")) if "$ref" in schema else None
    if part is None or depth >= _DEEPEST:
        return found
    return {**without_references(part, named, depth + 1), **found}
