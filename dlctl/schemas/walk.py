"""Walk an object along the schema of its kind."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from dlctl.schemas.document import REF, Schema, Schemas
from dlctl.schemas.model import FieldPath


class Visited(Struct, frozen=True):
    """A mapping or a list in an object, with its schema; `name` is that of the Go type, if it has one."""

    path: FieldPath
    value: Any
    schema: Schema
    name: str


class Walk:
    """Walks objects along one document's schemas; what a reference stands for is looked up once."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._roots: dict[str, Schema] = {}
        self._known: dict[int, tuple[Schema, Schema, str]] = {}

    def visit(self, value: Any, name: str) -> Iterator[Visited]:
        """Every mapping and list of an object, from the outside in, as far as the schema describes it."""
        root = self._roots.setdefault(name, {"$ref": REF + name})
        waiting: list[tuple[FieldPath, Any, Schema]] = [((), value, root)]
        while waiting:
            path, found, stated = waiting.pop()
            schema, type_name = self._resolved(stated)
            yield Visited(path, found, schema, type_name)
            waiting += [
                ((*path, step), item, part) for step, item, part in reversed(list(_children(found, schema)))
            ]

    def _resolved(self, stated: Schema) -> tuple[Schema, str]:
        """The schema that a reference points to, and its name; `allOf` with one reference is a reference."""
        if id(stated) not in self._known:
            # The schema is kept too, so that no other one gets its id.
            self._known[id(stated)] = (stated, *_resolved(stated, self._schemas))
        return self._known[id(stated)][1:]


def _resolved(schema: Schema, schemas: Schemas) -> tuple[Schema, str]:
    """What is stated beside the reference, such as a list's type, holds too."""
    name = ""
    while target := _target(schema):
        name = target.removeprefix(REF)
        beside = {key: item for key, item in schema.items() if key not in ("$ref", "allOf", "default")}
        schema = {**schemas.get(name, {}), **beside}
    return schema, name


def _target(schema: Schema) -> str:
    parts: list[Schema] = schema.get("allOf") or []
    holder = parts[0] if len(parts) == 1 and "$ref" in parts[0] else schema
    target = holder.get("$ref")
    return target if isinstance(target, str) else ""


def _children(value: Any, schema: Schema) -> Iterator[tuple[str | int, Any, Schema]]:
    """The mappings and lists directly in a mapping or a list, each with its step and its schema."""
    if isinstance(value, dict):
        fields = schema.get("properties") or {}
        others = schema.get("additionalProperties")
        for key, item in value.items():
            if isinstance(item, (dict, list)) and isinstance(part := fields.get(key, others), Mapping):
                yield key, item, part
    elif isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        for index, item in enumerate(value):
            if isinstance(item, (dict, list)):
                yield index, item, schema["items"]
