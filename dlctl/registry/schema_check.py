"""The parts of a parameter's JSON Schema that are read here, checked without a validator's help.

The rest of the schema is compiled where the first value is checked against it.
"""

from collections.abc import Mapping
from typing import Any

from dlctl.errors import Location, RegistryError
from dlctl.suggest import did_you_mean

TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")
"""JSON Schema 2020-12, validation vocabulary, section 6.1.1."""


def check_schema(name: str, schema: Mapping[str, Any], location: Location) -> None:
    """Raise RegistryError where `type`, `enum` or `x-aliases` are not what they must be."""
    declared = schema.get("type", [])
    for entry in declared if isinstance(declared, list) else [declared]:
        if entry not in TYPES:
            raise RegistryError(
                f"parameter '{name}' has the type '{entry}', which JSON does not have",
                location=location,
                hint=did_you_mean(str(entry), TYPES, f"one of {', '.join(TYPES)}"),
            )
    for key in ("enum", "x-aliases"):
        if not isinstance(schema.get(key, []), list):
            raise RegistryError(f"'{key}' of parameter '{name}' must be a list", location=location)
