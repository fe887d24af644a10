"""Counts, lists and types in sentences."""

from typing import Any

import pytest

from dlctl.text import counted, enumerated, listed, type_name


@pytest.mark.parametrize(("count", "text"), [(0, "0 objects"), (1, "1 object"), (2, "2 objects")])
def test_one_thing_is_singular(count: int, text: str) -> None:
    assert counted(count, "object") == text


@pytest.mark.parametrize(
    ("names", "to_look_through", "in_a_sentence"),
    [
        ("", "none", "none"),
        ("a", "a", "a"),
        ("ab", "a, b", "a and b"),
        ("abc", "a, b, c", "a, b and c"),
        ("abcd", "a, b, c and 1 more", "a, b, c and 1 more"),
        ("abcdef", "a, b, c and 3 more", "a, b, c and 3 more"),
    ],
)
def test_long_lists_are_cut(names: str, to_look_through: str, in_a_sentence: str) -> None:
    assert listed(names, limit=3) == to_look_through
    assert enumerated(names, limit=3) == in_a_sentence


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "a boolean"),
        (1, "an integer"),
        (1.0, "a number"),
        ("1", "a string"),
        ([1], "a list"),
        ((1,), "a list"),
        ({}, "a mapping"),
        ({1}, "a set"),
    ],
)
def test_types_have_the_names_of_json_schema(value: Any, name: str) -> None:
    assert type_name(value) == name
