"""Any edit of any layout: the file then says what was meant, and keeps every comment that it should."""

import re
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlctl.json_values import same_json
from dlctl.yamlio.edit.change import remove, set_value
from dlctl.yamlio.load import load_text
from dlctl.yamlio.values import value_at, with_value, without_value
from tests.yamlio.strategies import values
from tests.yamlio.styled import Writer, mappings, paths_of

pytestmark = pytest.mark.slow

dice = st.randoms(use_true_random=False)
MANY = settings(max_examples=120, deadline=None)


def comments(text: str) -> list[str]:
    return re.findall(r"# c\d+ it", text)


def value_of(text: str) -> Any:
    return load_text(text, "x").value or {}


@MANY
@given(mappings, dice)
def test_every_layout_loads_as_the_value_it_was_made_from(value: dict[str, Any], dice: Random) -> None:
    assert same_json(value_of(Writer(dice).document(value)), value)


@MANY
@given(mappings, dice, values)
def test_a_value_is_replaced(value: dict[str, Any], dice: Random, new: Any) -> None:
    text = Writer(dice).document(value)
    path = dice.choice(paths_of(value))
    assume(path)
    after = set_value(text, path, new, shown="x")
    assert same_json(value_of(after), with_value(value, path, new))
    assert kept_before_and_behind(text, after, path)


@MANY
@given(mappings, dice, values, st.sampled_from([("new",), ("new", "deep"), ("no: way", "on")]))
def test_a_key_is_added(value: dict[str, Any], dice: Random, new: Any, below: tuple[str, ...]) -> None:
    text = Writer(dice).document(value)
    path = dice.choice(paths_of(value))
    target = value_at(value, path)
    assume(target is None or isinstance(target, dict))
    after = set_value(text, (*path, *below), new, shown="x")
    assert same_json(value_of(after), with_value(value, (*path, *below), new))
    assert comments(after) == comments(text)


@MANY
@given(mappings, dice, values)
def test_an_item_is_added(value: dict[str, Any], dice: Random, new: Any) -> None:
    text = Writer(dice).document(value)
    lists = [path for path in paths_of(value) if isinstance(value_at(value, path), list)]
    assume(lists)
    path = dice.choice(lists)
    path = (*path, len(value_at(value, path)))
    after = set_value(text, path, new, shown="x")
    assert same_json(value_of(after), with_value(value, path, new))
    assert comments(after) == comments(text)


@MANY
@given(mappings, dice)
def test_a_value_is_removed(value: dict[str, Any], dice: Random) -> None:
    text = Writer(dice).document(value)
    path = dice.choice(paths_of(value))
    assume(path)
    after = remove(text, path, shown="x", prune_empty=False)
    assert same_json(value_of(after), without_value(value, path))
    emptied = len(value_at(value, path[:-1])) == 1
    assert kept_before_and_behind(text, after, path[:-1] if emptied else path)


@MANY
@given(mappings, dice)
def test_removing_a_value_removes_emptied_parents(value: dict[str, Any], dice: Random) -> None:
    text = Writer(dice).document(value)
    path = dice.choice(paths_of(value))
    assume(path)
    after = value_of(remove(text, path, shown="x"))
    while len(path) > 1 and len(value_at(value, path[:-1])) == 1:
        path = path[:-1]
    assert same_json(after, without_value(value, path))


@MANY
@given(mappings, dice, values)
def test_adding_then_removing_a_key_restores_the_text(value: dict[str, Any], dice: Random, new: Any) -> None:
    assume(value)
    text = Writer(dice, flow=False).document(value)
    assume(text.endswith("\n"))
    after = remove(set_value(text, ("new",), new, shown="x"), ("new",), shown="x")
    assert after == text


def kept_before_and_behind(before: str, after: str, path: tuple[str | int, ...]) -> bool:
    """The lines above the value's key, and the comments that do not stand in the value, are still there."""
    line = load_text(before, "x").key_location(path).line - 1 if path else 0
    if "{" in before or "[" in before.replace("[no]", ""):
        line = 0  # an entry may share its line, or its comma the line above
    lines = before.splitlines(keepends=True)
    lost = [comment for comment in comments(before) if comment not in comments(after)]
    inside = "".join(lines[line:])
    return after.startswith("".join(lines[:line])) and all(comment in inside for comment in lost)


@pytest.mark.parametrize("text", ["", "# why", "a: 1", "a: 1\n"])
def test_lines_are_added_to_a_text_without_a_line_end(text: str) -> None:
    after = set_value(text, ("new",), "one\n\ttwo\n", shown="x")
    assert value_of(after)["new"] == "one\n\ttwo\n"
    assert after.endswith("\n")
