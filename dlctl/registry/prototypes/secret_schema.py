"""Secrets in JSON Schemas: which schemas speak of one, and how such a schema may be shown."""

from collections.abc import Iterator, Mapping
from typing import Any

VALUE_KEYWORDS = frozenset({"default", "examples", "enum", "const"})
"""Keywords whose content are values, not schemas (JSON Schema 2020-12: validation §6.1 and §9)."""
NAMED_SCHEMAS = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
"""Keywords that hold schemas by a name, which is no keyword itself."""


def speaks_of_secret(schema: Any) -> bool:
    """Whether the schema, or one of a part of the value, says `writeOnly`."""
    if isinstance(schema, list):
        return any(map(speaks_of_secret, schema))
    if not isinstance(schema, Mapping):
        return False
    return bool(schema.get("writeOnly")) or any(map(speaks_of_secret, _below(schema)))


def _below(schema: Mapping[str, Any]) -> Iterator[Any]:
    for key, value in schema.items():
        if key in NAMED_SCHEMAS and isinstance(value, Mapping):
            yield from value.values()
        elif key not in VALUE_KEYWORDS:
            yield value


def without_values(schema: Any) -> Any:
    """The schema without defaults, examples and lists of what is allowed."""
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
