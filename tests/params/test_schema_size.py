"""Schemas whose references double are refused before a value is checked."""

from typing import Any

import pytest

from dlctl.params.schema_size import is_too_large


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
