"""A key of a file: the form in which the tables of keys are written."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

JsonSchema = Mapping[str, Any]
NAME = {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength": 63}
"""A name as Kubernetes takes it for an object and for a label."""
TEXT = {"type": ["string", "null"]}
FLAG = {"type": ["boolean", "null"]}
TEXTS = {"type": ["string", "array", "null"], "items": {"type": "string"}}


class Key(Struct, frozen=True):
    """A key of a file: its meaning in one or two sentences, and the JSON Schema of its value."""

    meaning: str
    schema: JsonSchema
    required: bool = False


Keys = Mapping[str, Key]


def named(schema: JsonSchema, names: JsonSchema = NAME) -> JsonSchema:
    """A mapping by names; null is an empty one."""
    return {"type": ["object", "null"], "propertyNames": names, "additionalProperties": schema}


def reference(definition: str) -> JsonSchema:
    """A reference to a definition of the same schema."""
    return {"$ref": f"#/$defs/{definition}"}


PATCHES = {"type": ["array", "null"], "items": reference("patch")}
VERSION = (
    r"^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})"
    r"(-[0-9A-Za-z-]{1,32}(\.[0-9A-Za-z-]{1,32}){0,8})?(\+[0-9A-Za-z-]{1,32}(\.[0-9A-Za-z-]{1,32}){0,8})?$"
)
