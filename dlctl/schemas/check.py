"""Check an object against the schema of its kind."""

from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlctl.manifest import JsonObject
from dlctl.memory import require_memory
from dlctl.schemas.catalogue import KindSchema
from dlctl.schemas.convert import json_schema
from dlctl.schemas.formats import CHECKS
from dlctl.schemas.go_types import NOT_FOUND, claimed_volumes, go_type_problems
from dlctl.schemas.lists import duplicates
from dlctl.schemas.messages import problems_of
from dlctl.schemas.model import FieldPath, Problem
from dlctl.schemas.walk import Walk

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError


class SchemaError(ValueError):
    """A schema that cannot be used, because of what it states or because a part of it is missing."""


class SchemaChecker:
    """Checks objects of one kind; compiled once, since that takes longer than a check."""

    def __init__(self, kind: KindSchema) -> None:
        """Raises SchemaError if the schema cannot be used."""
        try:
            self._kind = kind
            self._walk = Walk(kind.document.schemas)
            self._schema = json_schema(kind.name, kind.document.schemas, custom=kind.custom)
            self._validator = _compiled(self._schema)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise SchemaError(str(error).splitlines()[0] if str(error) else type(error).__name__) from error

    def problems(self, body: JsonObject) -> Iterator[Problem]:
        """Every violation of the schema by an object."""
        stated = body if self._kind.custom else without_null_fields(body)
        rules = tuple(self._rules(body))
        fields = {problem.path for problem in rules if problem.code == "enum"}
        for error in self._validator.iter_errors(stated):
            if self._kind.custom or not _is_empty_item(error):
                yield from (each for each in problems_of(error, self._schema) if not _is_wider(each, fields))
        yield from rules

    def _rules(self, body: JsonObject) -> Iterator[Problem]:
        claimed = claimed_volumes(body)
        for visited in self._walk.visit(body, self._kind.name):
            yield from duplicates(visited, self._kind.document.schemas)
            if visited.name:
                problems = go_type_problems(visited)
                yield from (p for p in problems if p.code != NOT_FOUND or p.shown not in claimed)


def _is_wider(problem: Problem, fields: Container[FieldPath]) -> bool:
    """Whether a rule of the kind has a finding about the field's value, with fewer supported values."""
    return problem.code == "enum" and problem.path in fields


def _is_empty_item(error: "ValidationError") -> bool:
    """Whether the violation is null in a list of scalars, which Go reads as an empty text or 0."""
    return (
        error.instance is None
        and error.kind.name == "type"
        and not {"object", "array"} & set(error.kind.as_dict()["types"])
    )


def _compiled(schema: Mapping[str, Any]) -> "Draft202012Validator":
    require_memory()
    import decimal  # noqa: F401, I001 - jsonschema_rs imports it, and panics where memory is too little
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(dict(schema), formats=dict(CHECKS), validate_formats=True)


def without_null_fields(value: Any) -> Any:
    """The value without fields that are null, which Go reads as absent. Copies only what changes."""
    if isinstance(value, dict):
        kept = {key: without_null_fields(item) for key, item in value.items() if item is not None}
        changed = len(kept) < len(value) or any(kept[key] is not value[key] for key in kept)
        return kept if changed else value
    if isinstance(value, list):
        items = [without_null_fields(item) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value
