"""Secrets in JSON Schemas: detect them, and remove values from a schema for display."""

from collections.abc import Iterator, Mapping
from typing import Any

VALUE_KEYWORDS = frozenset({"default", "examples", "enum", "const"})
"""Keywords that contain values, not schemas (JSON Schema 2020-12: validation §6.1 and §9)."""
NAMED_SCHEMAS = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
"""Keywords that contain schemas by name; the names are not keywords."""


def has_secret(schema: Any) -> bool:
    """Whether the schema or a nested schema has `writeOnly`."""
    if isinstance(schema, list):
        return any(map(has_secret, schema))
    if not isinstance(schema, Mapping):
        return False
    return bool(schema.get("writeOnly")) or any(map(has_secret, _below(schema)))


def _below(schema: Mapping[str, Any]) -> Iterator[Any]:
    for key, value in schema.items():
        if key in NAMED_SCHEMAS and isinstance(value, Mapping):
            yield from value.values()
        elif key not in VALUE_KEYWORDS:
            yield value


def without_values(schema: Any) -> Any:
    """The schema without defaults, examples and allowed values."""
    if isinstance(schema, list):
        return [without_values(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: {name: without_values(part) for name, part in value.items()}
        if key in NAMED_SCHEMAS and isinstance(value, Mapping)
        else without_values(value)
        for key, value in schema.items()
        if key not in VALUE_KEYWORDS
    }
