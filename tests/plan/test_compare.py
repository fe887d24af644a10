"""What differs between two objects."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dlctl.plan.compare.compare import clean, compare, same

JSON = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 2, 1.0, "", "1", "a"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "a/b", "c~d", "e"]), inner, max_size=3)
    ),
    max_leaves=12,
)


def text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


@given(JSON, JSON)
def test_there_are_no_changes_exactly_where_the_values_are_the_same(old: Any, new: Any) -> None:
    assert (compare(old, new) == ()) == (text(old) == text(new))
    assert same(old, new) == (text(old) == text(new))


@given(JSON, JSON)
def test_each_change_tells_what_stands_at_its_pointer(old: Any, new: Any) -> None:
    for change in compare(old, new):
        if change.op in ("add", "replace"):
            assert text(at(new, change.pointer)) == text(change.new)
        if change.op == "remove":
            assert text(at(old, change.pointer)) == text(change.old)


def at(value: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def test_an_item_in_front_moves_no_other() -> None:
    old = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    new = [{"name": "Z", "value": "0"}, {"name": "A", "value": "1"}, {"name": "B", "value": "3"}]
    assert [(change.op, change.pointer) for change in compare(old, new)] == [
        ("add", "/0"),
        ("replace", "/2/value"),
    ]


def test_another_order_is_a_change() -> None:
    old = [{"name": "A"}, {"name": "B"}]
    assert [change.op for change in compare(old, old[::-1])] == ["replace"]


def test_what_only_the_server_writes_does_not_count() -> None:
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "c",
            "uid": "1",
            "resourceVersion": "2",
            "generation": 3,
            "creationTimestamp": "now",
            "managedFields": [],
            "selfLink": "/x",
            "labels": {"a": "b"},
        },
        "status": {"phase": "x"},
    }
    assert clean(body) == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c", "labels": {"a": "b"}},
    }
