"""Check the keywords of a parameter's JSON Schema that dlctl itself reads.

The full schema is compiled when a value is first checked against it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.errors import Location, RegistryError
from dlctl.suggest import did_you_mean

TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")
"""JSON Schema 2020-12, validation vocabulary, section 6.1.1."""


_LISTS = ("enum", "x-aliases", "allOf", "anyOf", "oneOf", "required")
_MAPPINGS = ("properties", "patternProperties", "dependentSchemas", "dependentRequired", "$defs")
_TEXTS = ("pattern", "description", "x-rule")
_KINDS = ((_LISTS, list, "a list"), (_MAPPINGS, Mapping, "a mapping"), (_TEXTS, str, "a string"))
_OF_SCHEMAS = ("allOf", "anyOf", "oneOf", "properties", "patternProperties", "dependentSchemas", "$defs")
_ONE_SCHEMA = ("items", "additionalProperties", "not", "if", "then", "else")


def check_schema(subject: str, schema: Mapping[str, Any], location: Location) -> None:
    """Raise RegistryError about `subject` if one of these keywords has a value of the wrong type."""
    _check_types(subject, schema, location)
    for keys, kind, type_name in _KINDS:
        for key in keys:
            if key in schema and not isinstance(schema[key], kind):
                raise RegistryError(f"'{key}' of {subject} must be {type_name}", location=location)
    lists = {key: schema.get(key, []) for key in ("required", "x-aliases")}
    for key, names in {**lists, **schema.get("dependentRequired", {})}.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise RegistryError(f"'{key}' of {subject} must be a list of names", location=location)
    for below in _below(schema):
        if isinstance(below, Mapping):
            check_schema(subject, below, location)


def _check_types(subject: str, schema: Mapping[str, Any], location: Location) -> None:
    declared = schema.get("type", [])
    for entry in declared if isinstance(declared, list) else [declared]:
        if entry not in TYPES:
            raise RegistryError(
                f"{subject} has unknown type '{entry}'",
                location=location,
                hint=did_you_mean(str(entry), TYPES, f"one of {', '.join(TYPES)}"),
            )


def _below(schema: Mapping[str, Any]) -> Iterator[Any]:
    for key in _OF_SCHEMAS:
        held = schema.get(key, ())
        yield from held.values() if isinstance(held, Mapping) else held
    for key in _ONE_SCHEMA:
        yield schema.get(key)
