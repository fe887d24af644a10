"""What differs between two objects."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dlctl.plan.compare.compare import clean, compare

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
def test_changes_are_empty_if_and_only_if_values_are_equal(old: Any, new: Any) -> None:
    assert (compare(old, new) == ()) == (text(old) == text(new))


@given(JSON, JSON)
def test_each_change_has_the_values_at_its_pointer(old: Any, new: Any) -> None:
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


def test_inserted_item_does_not_change_others() -> None:
    old = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    new = [{"name": "Z", "value": "0"}, {"name": "A", "value": "1"}, {"name": "B", "value": "3"}]
    assert [(change.op, change.pointer) for change in compare(old, new)] == [
        ("add", "/0"),
        ("replace", "/2/value"),
    ]


def test_another_order_is_a_change() -> None:
    old = [{"name": "A"}, {"name": "B"}]
    assert [change.op for change in compare(old, old[::-1])] == ["replace"]


def test_server_fields_are_ignored() -> None:
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
