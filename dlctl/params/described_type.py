"""The types that a JSON Schema declares, described for messages."""

from collections.abc import Mapping
from typing import Any

from dlctl.text import without_user_information

READABLE = 24
"""The longest pattern shown in messages; for longer ones the parameter's description is shown."""
_NAMED = "#/$defs/"
_BOUNDS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "above",
    "exclusiveMaximum": "below",
}


def schema_types(schema: Mapping[str, Any]) -> frozenset[str]:
    """The JSON types that a schema declares; empty means any."""
    declared = schema.get("type", ())
    types = {declared} if isinstance(declared, str) else set(declared)
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        types |= schema_types(branch) if isinstance(branch, Mapping) else set()
    return frozenset(types)


def referred_schema(schema: Mapping[str, Any], named: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema with what its `$ref` leads to, one of the `named` schemas below `$defs`."""
    reference = str(schema.get("$ref", ""))
    found = named.get(reference.removeprefix(_NAMED)) if reference.startswith(_NAMED) else None
    return {**found, **schema} if isinstance(found, Mapping) else schema


def describe_type(schema: Mapping[str, Any]) -> str:
    """A short description of a schema: `integer, at least 0` or `string, one of a, b`."""
    from dlctl.registry.prototypes.string_formats import FORMAT_KEY

    named = schema.get("$defs", {})
    schema = referred_schema(schema, named)
    types = schema_types(schema)
    words = [" or ".join(sorted(types - {"null"})) or "any value"]
    items = schema.get("items")
    items = referred_schema(items, named) if isinstance(items, Mapping) else {}
    if schema_types(items):
        words[0] = f"list of {describe_type(items)}"
    words += [f"{phrase} {schema[key]}" for key, phrase in _BOUNDS.items() if key in schema]
    if "enum" in schema:
        words.append("one of " + ", ".join(str(choice) for choice in schema["enum"]))
    if FORMAT_KEY in schema:
        words.append(f"format {schema[FORMAT_KEY]}")
    elif len(schema.get("pattern", "")) in range(1, READABLE + 1):
        words.append(f"matching {schema['pattern']}")
    return ", ".join(words)


def shorten(text: str, limit: int = 300) -> str:
    """A value's text for messages: cut to a length suitable for a terminal, URLs without user information."""
    text = without_user_information(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
