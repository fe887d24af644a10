"""When two JSON values are the same."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.json_values import same_json

JSON = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 1.0, 0.0, -0.0, "", "1", "a"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(JSON, JSON)
def test_two_values_are_the_same_where_their_texts_are(left: Any, right: Any) -> None:
    assert same_json(left, right) == (json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True))


@pytest.mark.parametrize(("left", "right"), [(1, True), (1, 1.0), ([0], [False]), ({"a": 1}, {"a": 1.0})])
def test_types_count_also_inside(left: Any, right: Any) -> None:
    assert left == right
    assert not same_json(left, right)


def test_the_order_of_keys_does_not_count() -> None:
    assert same_json({"a": 1, "b": [2]}, {"b": [2], "a": 1})
