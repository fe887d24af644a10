"""What is accepted without the JSON Schema library is what the library accepts."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from dlctl.params.plain_schema import certainly_valid

KEYS: dict[str, st.SearchStrategy[Any]] = {
    "type": st.one_of(
        st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null", "strange"]),
        st.lists(st.sampled_from(["string", "integer", "null", "array", 1]), max_size=2, unique=True),
    ),
    "enum": st.lists(st.sampled_from([1, 1.0, True, "a", "", None, [1]]), max_size=3),
    "const": st.sampled_from([1, "a"]),
    "pattern": st.sampled_from(["a", "b$"]),
    "description": st.sampled_from(["text", 1]),
    "writeOnly": st.sampled_from([True, "yes"]),
    "x-aliases": st.just(["other"]),
    "default": st.integers(),
    "multipleOf": st.sampled_from([2, 0]),
    "uniqueItems": st.booleans(),
} | {
    name: st.sampled_from([-1, 0, 1, 2, 1.5, True, "1"])
    for name in (
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
        *("minLength", "maxLength", "minItems", "maxItems"),
    )
}
FLAT = st.lists(st.sampled_from(sorted(KEYS)), max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: KEYS[name] for name in names})
)
SCHEMAS = st.recursive(
    FLAT, lambda inner: st.builds(lambda own, items: {**own, "items": items}, FLAT, inner), max_leaves=3
)
PLAIN = st.sampled_from([0, 1, 2, -1, 1.0, 1.5, True, False, "", "a", "ab", "😀", 2**60, None])
VALUES = st.one_of(PLAIN, st.lists(PLAIN, max_size=3), st.dictionaries(st.just("a"), PLAIN))


@pytest.mark.slow
@settings(max_examples=2000, deadline=None)
@given(SCHEMAS, VALUES)
def test_only_valid_values_are_accepted(schema: dict[str, Any], value: Any) -> None:
    accepted = certainly_valid(schema, value)
    event(f"accepted: {accepted}")
    if accepted:
        assert jsonschema_rs.validator_for(schema).is_valid(value)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer", "minimum": 1, "description": "x", "default": 1}, 3),
        ({"type": ["string", "null"], "x-aliases": ["y"], "minLength": 1}, "a"),
        ({"type": "string", "enum": ["a", "b"]}, "b"),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 2}, ["a", "b"]),
        ({"type": "boolean"}, True),
    ],
)
def test_plain_values_are_accepted(schema: dict[str, Any], value: Any) -> None:
    assert certainly_valid(schema, value)
