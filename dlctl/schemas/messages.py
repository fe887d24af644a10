"""What a broken schema means, in the words of the Kubernetes API (apimachinery, validation/field)."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlctl.schemas.formats import DESCRIPTIONS
from dlctl.schemas.model import FieldPath, Problem, field_text
from dlctl.suggest import did_you_mean

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

LONGEST_VALUE = 60
"""A longer value is cut in messages."""


def problems_of(error: "ValidationError", schema: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of one violation of the JSON Schema `schema`; each unknown or missing field is one."""
    kind = error.kind.name
    path = tuple(error.instance_path)
    if kind == "additionalProperties":
        known = _declared(error, schema)
        for name in error.kind.as_dict()["unexpected"]:
            yield unknown_field((*path, name), known)
    elif kind == "required":
        name = error.kind.as_dict()["property"]
        field = field_text((*path, name))
        yield Problem("required", path, f"{field}: Required value")
    else:
        message = f"{field_text(path)}: {_reason(error)}"
        yield Problem(kind_code(kind), path, message, shown=shown(error.instance))


def unknown_field(path: FieldPath, known: Sequence[str]) -> Problem:
    """The problem of a field that its object does not have, with the most similar one that it has."""
    hint = did_you_mean(str(path[-1]), known)
    return Problem("unknown-field", path, f'unknown field "{field_text(path)}"', hint)


def kind_code(keyword: str) -> str:
    """The stable word for a violated keyword of JSON Schema."""
    return {"type": "type", "enum": "enum"}.get(keyword, "value")


def shown(value: Any) -> str:
    """A value as JSON, cut to the length that fits a message."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _declared(error: "ValidationError", schema: Mapping[str, Any]) -> Sequence[str]:
    """The fields that the object has which has an unknown one."""
    at: Any = schema
    for step in error.schema_path[:-1]:
        at = at[int(step) if isinstance(at, list) else step] if not _is_reference(at, step) else at
    return tuple(at.get("properties", ())) if isinstance(at, Mapping) else ()


def _is_reference(at: Any, step: str | int) -> bool:
    return isinstance(at, Mapping) and step not in at


def _reason(error: "ValidationError") -> str:
    detail = error.kind.as_dict()
    name = error.kind.name
    if name == "enum":
        options = ", ".join(shown(option) for option in detail["options"] if option is not None)
        return f"Unsupported value: {shown(error.instance)}: supported values: {options}"
    words = _WORDS.get(name)
    reason = words(detail) if words else "does not satisfy the schema of the field"
    return f"Invalid value: {shown(error.instance)}: {reason}"


def _types(detail: Mapping[str, Any]) -> str:
    return "must be of type " + " or ".join(each for each in detail["types"] if each != "null")


def _format(detail: Mapping[str, Any]) -> str:
    return DESCRIPTIONS.get(detail["format"], f"must be in the format {detail['format']}")


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "type": _types,
    "format": _format,
    "pattern": lambda detail: f"must match {detail['pattern']}",
    "minimum": lambda detail: f"must be greater than or equal to {detail['limit']}",
    "maximum": lambda detail: f"must be less than or equal to {detail['limit']}",
    "exclusiveMinimum": lambda detail: f"must be greater than {detail['limit']}",
    "exclusiveMaximum": lambda detail: f"must be less than {detail['limit']}",
    "minLength": lambda detail: f"must have at least {detail['limit']} characters",
    "maxLength": lambda detail: f"may not be longer than {detail['limit']} characters",
    "minItems": lambda detail: f"must have at least {detail['limit']} items",
    "maxItems": lambda detail: f"must have at most {detail['limit']} items",
    "minProperties": lambda detail: f"must have at least {detail['limit']} entries",
    "maxProperties": lambda detail: f"must have at most {detail['limit']} entries",
    "multipleOf": lambda detail: f"must be a multiple of {detail['multiple_of']}",
}
