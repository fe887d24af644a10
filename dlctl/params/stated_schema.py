"""The JSON Schema of what one file may state of a parameter: for editors.

A value is checked once all layers are merged. One layer may state only some keys of a mapping, and `null`
removes an inherited value; so this schema never refuses what the parameter's own schema accepts.
"""

import json
from collections.abc import Mapping
from typing import Any

from dlctl.params.described_type import schema_types
from dlctl.params.references import KEYS
from dlctl.registry.prototypes.model import ParamSpec

_COMBINING = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "const", "$defs"})
_SHOWN = ("title", "description", "default", "examples", "deprecated")


def stated_schema(spec: ParamSpec) -> dict[str, Any]:
    """The schema of a parameter in one file; that of a secret contains no values."""
    schema = spec.shown_schema
    if '"$ref"' in json.dumps(schema) or '"$dynamicRef"' in json.dumps(schema):
        return _only_shown(schema) if spec.secret else _outline(schema)
    stated = _stated(schema)
    return _or_reference(stated) if spec.secret and "string" in spec.types else stated


def _outline(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The types of a schema and its keys: references lead from the root of the parameter's own schema."""
    if "type" not in schema:
        return _only_shown(schema)
    stated = schema.get("properties", {})
    keys = {name: _only_shown(each) for name, each in stated.items() if isinstance(each, Mapping)}
    outline = {**_only_shown(schema), "type": sorted(schema_types({"type": schema["type"]}) | {"null"})}
    if keys:
        outline["properties"] = keys
    closed = schema.get("additionalProperties") is False and "patternProperties" not in schema
    if closed and len(keys) == len(stated):
        outline["additionalProperties"] = False
    return outline


def _or_reference(stated: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a secret, which a file may refer to instead."""
    shown = {key: value for key, value in stated.items() if key in _SHOWN}
    own = {key: value for key, value in stated.items() if key not in _SHOWN}
    one = {"minProperties": 1, "maxProperties": 1, "additionalProperties": False}
    places = {key: {"type": "string", "minLength": 1} for key in KEYS}
    return {**shown, "anyOf": [own, {"type": "object", "properties": places, **one}]}


def _stated(schema: Mapping[str, Any]) -> dict[str, Any]:
    types = schema_types(schema)
    combined = bool(_COMBINING & schema.keys())
    if "object" not in types and (types or "enum" in schema):
        return _or_null(schema, combined=combined)
    if combined or not types:
        return _only_shown(schema)
    below: dict[str, Any] = {
        key: _by_name(schema[key]) for key in ("properties", "patternProperties") if key in schema
    }
    if isinstance(others := schema.get("additionalProperties", True), Mapping):
        below["additionalProperties"] = _entry(others)
    elif not others:
        below["additionalProperties"] = False
    kept = {key: schema[key] for key in ("items", "propertyNames") if key in schema}
    return {**_only_shown(schema), "type": sorted(types | {"null"}), **kept, **below}


def _by_name(schemas: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _entry(each) if isinstance(each, Mapping) else each for name, each in schemas.items()}


def _entry(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an entry of a mapping; a secret string may stand elsewhere, too."""
    stated = _stated(schema)
    return _or_reference(stated) if schema.get("writeOnly") and schema.get("type") == "string" else stated


def _or_null(schema: Mapping[str, Any], *, combined: bool) -> dict[str, Any]:
    own = {key: value for key, value in schema.items() if not key.startswith("x-")}
    if combined or "type" not in own:
        return {**_only_shown(schema), "anyOf": [own, {"type": "null"}]}
    choices = {"enum": [*own["enum"], None]} if "enum" in own else {}
    return {**own, "type": sorted(schema_types(schema) | {"null"}), **choices}


def _only_shown(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: schema[key] for key in _SHOWN if key in schema}
