"""Merging by RFC 7386: its own table, and its laws."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.params.merge import merge_patch, nest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("target", "patch", "expected"),
    [  # RFC 7386, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_table_of_rfc_7386(target: Any, patch: Any, expected: Any) -> None:
    assert merge_patch(target, patch) == expected


@given(JSON, JSON)
def test_merge_patch_is_idempotent(target: Any, patch: Any) -> None:
    once = merge_patch(target, patch)
    assert merge_patch(once, patch) == once


@given(JSON)
def test_an_empty_patch_changes_no_mapping(target: Any) -> None:
    assert merge_patch(target, {}) == (target if isinstance(target, dict) else {})


@given(JSON, JSON)
def test_neither_side_is_changed(target: Any, patch: Any) -> None:
    before = (repr(target), repr(patch))
    merge_patch(target, patch)
    assert (repr(target), repr(patch)) == before


@given(JSON, st.dictionaries(st.sampled_from("abc"), JSON, max_size=3))
def test_null_removes_only_its_key(target: Any, patch: dict[str, Any]) -> None:
    merged = merge_patch(target, patch)
    assert all(key not in merged for key, value in patch.items() if value is None)
    kept = target if isinstance(target, dict) else {}
    assert all(merged[key] == kept[key] for key in kept.keys() - patch.keys())


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), st.integers())
def test_nest_leads_to_the_value(path: list[str], value: int) -> None:
    found: Any = nest(tuple(path), value)
    for step in path:
        found = found[step]
    assert found == value
