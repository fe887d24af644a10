"""Objects made from the schemas of upstream CRDs, good as far as a schema says what is good."""

import random
from collections.abc import Iterator, Mapping
from typing import Any

DEEPEST = 7
_FORMATS = {"date-time": "2026-01-31T12:00:00Z", "byte": "aGVsbG8=", "duration": "30s", "uuid": "0" * 8}


def instances(definition: Mapping[str, Any], each: int) -> Iterator[Any]:
    """Objects of every served version of a CRD, the same ones in each run."""
    spec = definition["spec"]
    for version in spec["versions"]:
        schema = version.get("schema", {}).get("openAPIV3Schema")
        if not version.get("served", True) or not schema:
            continue
        for number in range(each):
            chance = random.Random(f"{definition['metadata']['name']}/{version['name']}/{number}")
            body = _object(schema, chance, 0.35 if number else 0.0, 0)
            yield {
                **{key: value for key, value in body.items() if key != "status"},
                "apiVersion": f"{spec['group']}/{version['name']}",
                "kind": spec["names"]["kind"],
                "metadata": {"name": f"made-{number}"},
            }


def _object(schema: Mapping[str, Any], chance: random.Random, share: float, depth: int) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    if depth == 0:
        required.add("spec")
    fields = schema.get("properties", {})
    chosen = [
        name
        for name in fields
        if name in required or (depth < DEEPEST and chance.random() < share and "pattern" not in fields[name])
    ]
    return {name: _value(fields[name], chance, share, depth + 1) for name in chosen}


def _value(schema: Mapping[str, Any], chance: random.Random, share: float, depth: int) -> Any:
    if "default" in schema and schema["default"] is not None:
        return schema["default"]
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if schema.get("x-kubernetes-int-or-string"):
        return chance.choice((1, "1"))
    kind = schema.get("type", "object")
    if kind == "object":
        return _mapping(schema, chance, share, depth)
    if kind == "array":
        least = max(1, schema.get("minItems", 0))
        return [_value(schema.get("items", {}), chance, share, depth + 1) for _ in range(least)]
    if kind == "string":
        text = _FORMATS.get(schema.get("format", ""), "abc")
        return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 999)]
    low = schema.get("minimum", 1)
    return {"boolean": chance.random() < 0.5, "integer": max(int(low), 1), "number": max(low, 1.5)}[kind]


def _mapping(schema: Mapping[str, Any], chance: random.Random, share: float, depth: int) -> dict[str, Any]:
    values = schema.get("additionalProperties")
    if isinstance(values, Mapping):
        return {"a": _value(values, chance, share, depth + 1)}
    return _object(schema, chance, share, depth)
