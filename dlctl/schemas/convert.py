"""Turn schemas of Kubernetes (OpenAPI v3) into JSON Schema 2020-12 that refuses unknown fields.

What differs: `nullable`; integers have sizes; quantities and IntOrString are strings or numbers; and an
object takes no fields but those that it declares, unless it says so. Fields are declared where the
structure is, so schemas inside `allOf`, `anyOf`, `oneOf` and `not` never close an object (Kubernetes
documentation, "Extend the Kubernetes API with CustomResourceDefinitions": structural schemas).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.schemas.document import REF, Schema, Schemas, is_go_type
from dlctl.schemas.formats import FORMATS, QUANTITY

_QUANTITY_SCHEMA = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_KEPT = (
    *("enum", "pattern", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    *("minProperties", "maxProperties", "multipleOf", "required"),
)
_SIZES = {"int32": 2**31, "int64": 2**63}
_BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
_EMBEDDED = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}


def json_schema(name: str, schemas: Schemas, *, custom: bool) -> dict[str, Any]:
    """The JSON Schema of the schema `name`, with what it refers to.

    In the schema of a `custom` kind an object without properties takes none; the Go types behind built-in
    kinds are open there.
    """
    parts = {each: _Conversion(each, custom).schema(schemas[each]) for each in closure(name, schemas)}
    return {"$ref": f"{REF}{name}", "components": {"schemas": parts}}


def closure(name: str, schemas: Schemas) -> list[str]:
    """The schema `name` and all that it refers to, each once."""
    found: dict[str, None] = {name: None}
    waiting = [name]
    while waiting:
        for each in references(schemas[waiting.pop()]):
            if each not in found and each in schemas:
                found[each] = None
                waiting.append(each)
    return list(found)


def references(value: Any) -> Iterator[str]:
    """The names of the schemas that a schema refers to."""
    if isinstance(value, Mapping):
        target = value.get("$ref")
        if isinstance(target, str) and target.startswith(REF):
            yield target.removeprefix(REF)
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


class _Conversion:
    """The conversion of one named schema."""

    def __init__(self, name: str, custom: bool) -> None:
        self.quantity = name == _QUANTITY_SCHEMA
        self.custom = custom and not is_go_type(name)

    def schema(self, schema: Schema, *, structural: bool = True) -> dict[str, Any]:
        """The converted schema; one that is not `structural` closes no object.

        Where unknown fields are preserved they are all the way down: server-side apply finds none there
        (kube-openapi, schemaconv).
        """
        if self.quantity:
            return {"type": ["string", "number"], "format": QUANTITY}
        structural = structural and not schema.get("x-kubernetes-preserve-unknown-fields")
        converted = {key: schema[key] for key in _KEPT if key in schema}
        converted |= _bounds(schema)
        if self.custom and "required" in schema:
            converted["required"] = _without_default(schema)
        self.type_of(converted, schema)
        self.branches(converted, schema)
        if "$ref" in schema:
            converted["$ref"] = schema["$ref"]
        if "items" in schema:
            converted["items"] = self.schema(schema["items"], structural=structural)
        self.fields(converted, schema, structural)
        return converted

    def type_of(self, converted: dict[str, Any], schema: Schema) -> None:
        types = [schema["type"]] if "type" in schema else []
        if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
            types = ["integer", "string"]
        if types and (schema.get("nullable") or (self.custom and "default" in schema)):
            types.append("null")
            if "enum" in converted and None not in converted["enum"]:
                converted["enum"] = [*converted["enum"], None]
        if types:
            converted["type"] = types if len(types) > 1 else types[0]
        if schema.get("format") in FORMATS:
            converted["format"] = FORMATS[schema["format"]]

    def branches(self, converted: dict[str, Any], schema: Schema) -> None:
        for key in ("allOf", "anyOf", "oneOf"):
            if key in schema and not _is_int_or_string(schema, key):
                reference = key == "allOf" and all("$ref" in part for part in schema[key])
                converted[key] = [self.schema(part, structural=reference) for part in schema[key]]
        if "not" in schema:
            converted["not"] = self.schema(schema["not"], structural=False)

    def fields(self, converted: dict[str, Any], schema: Schema, structural: bool) -> None:
        properties = dict(schema.get("properties") or {})
        embedded = schema.get("x-kubernetes-embedded-resource")
        if embedded:
            properties = {**_EMBEDDED, **properties}
            converted["required"] = sorted({*schema.get("required", ()), "apiVersion", "kind"})
        if properties:
            converted["properties"] = {
                name: self.schema(part, structural=structural) for name, part in properties.items()
            }
        values = schema.get("additionalProperties")
        if isinstance(values, Mapping):
            converted["additionalProperties"] = self.schema(values, structural=structural)
        elif values is None and structural and self.is_closed(schema, bool(properties)):
            converted["additionalProperties"] = False
            converted.setdefault("properties", {})  # without it the validator does not name the fields
        if embedded and "metadata" in converted["properties"]:
            converted["properties"]["metadata"].pop("additionalProperties", None)

    def is_closed(self, schema: Schema, has_fields: bool) -> bool:
        if "$ref" in schema:
            return False
        return has_fields or (self.custom and schema.get("type") == "object")


def _without_default(schema: Schema) -> list[str]:
    """The required fields that have no default: the API server sets defaults before it validates."""
    fields = schema.get("properties") or {}
    return [name for name in schema["required"] if "default" not in fields.get(name, {})]


def _is_int_or_string(schema: Schema, key: str) -> bool:
    """Whether these branches only repeat that a value is an integer or a string."""
    if not (schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string"):
        return False
    return all(set(part) <= {"type"} for part in schema[key])


def _bounds(schema: Schema) -> dict[str, Any]:
    """Minimum and maximum; in OpenAPI 3.0 `exclusiveMinimum` is a flag. An integer also has a size."""
    found: dict[str, Any] = {}
    for bound, exclusive in _BOUNDS:
        if bound in schema:
            found[exclusive if schema.get(exclusive) is True else bound] = schema[bound]
    size = _SIZES.get(schema.get("format", "")) if schema.get("type") == "integer" else None
    if size:
        found.setdefault("minimum", -size)
        found.setdefault("maximum", size - 1)
    return found
