"""Schemas whose references double are refused before a value is checked."""

from typing import Any

import pytest

from dlctl.params.schema import problems_of
from dlctl.params.schema_size import is_too_large, number_of_schemas, number_of_values
from dlctl.registry.prototypes.model import ParamSpec


def doubling(word: str, levels: int) -> dict[str, Any]:
    defs: dict[str, Any] = {
        f"d{level}": {word: [{"$ref": f"#/$defs/d{level + 1}"}] * 2} for level in range(levels)
    }
    return {"$ref": "#/$defs/d0", "$defs": {**defs, f"d{levels}": {"type": "string"}}}


@pytest.mark.parametrize("word", ["allOf", "anyOf", "oneOf", "prefixItems"])
def test_references_that_double(word: str) -> None:
    assert is_too_large(doubling(word, 30))
    assert not is_too_large(doubling(word, 10))


def test_references_that_lead_back_in_two_ways() -> None:
    back = {"properties": {"a": {"$ref": "#"}}}
    assert is_too_large({"allOf": [back, dict(back)]})
    assert is_too_large({"allOf": [back, {"patternProperties": {"a": {"$ref": "#"}}}]})
    assert not is_too_large({"allOf": [back]})
    assert not is_too_large({"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}})


def test_schemas_that_people_write() -> None:
    tree = {"type": "object", "properties": {"name": {"type": "string"}, "items": {"items": {"$ref": "#"}}}}
    wide = {"properties": {f"p{number}": {"$ref": "#/$defs/port"} for number in range(2000)}}
    port = {"type": "integer", "minimum": 1, "maximum": 65535}
    for schema in ({}, tree, {**wide, "$defs": {"port": port}}, {"$ref": "#/$defs/none"}, {"$ref": "x"}):
        assert not is_too_large(schema)


def test_a_schema_that_is_deep() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"items": deep}
    assert is_too_large(deep)


def test_the_values_of_a_value_are_counted() -> None:
    assert number_of_values(1) == 1
    assert number_of_values({"a": [1, {"b": None}], "c": "text"}) == 6
    assert number_of_schemas({"items": {"anyOf": [{}, {"type": "null"}]}}) == 4


MANY = 3000
ALTERNATIVES = {
    "type": "array",
    "items": {"anyOf": [{"type": "object", "required": [f"k{number}"]} for number in range(MANY)]},
}


def spec_of(schema: dict[str, Any]) -> ParamSpec:
    return ParamSpec("many", schema, required=False, group="", location=None)


def test_many_alternatives_of_many_values() -> None:
    """The validator lists a failure for each alternative of each value, in one call that Ctrl-C waits for."""
    spec = spec_of(ALTERNATIVES)
    wrong, right = [{"k": 1}] * 200, [{"k7": 1}] * 200
    (problem,) = problems_of(spec, wrong, "", None)
    assert problem.message == (
        "parameter 'many': does not match its schema, and has too many values to list where"
    )
    assert [*problems_of(spec, right, "", None)] == []
    assert len([*problems_of(spec, wrong[:2], "", None)]) == 2


def test_more_checks_than_can_be_made() -> None:
    (problem,) = problems_of(spec_of(ALTERNATIVES), [{"k7": 1}] * 5000, "", None)
    assert problem.message == "parameter 'many': has too many values to be checked against its schema"
