"""Two versions of an object, masked: what changed is seen, what it is is not."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from dlctl.plan.view.masked import AFTER, BEFORE, mask_pair
from dlctl.redact import LAST_APPLIED, MASK, Redactor
from dlctl.secret_fields import SECRET_FIELDS

NEW = "new-secret-value"
OLD = "old-secret-value"
REDACTOR = Redactor().with_values([NEW])
"""Knows what is rendered now, and not what is on the cluster."""


def masked(old: Any, new: Any) -> tuple[Any, Any]:
    left, right = mask_pair({"spec": old}, {"spec": new}, REDACTOR)
    return (left or {})["spec"], (right or {})["spec"]


def test_changed_and_unchanged_secrets_are_distinguished() -> None:
    assert masked({"a": NEW, "b": OLD, "c": "x"}, {"a": NEW, "b": NEW, "c": "y"}) == (
        {"a": MASK, "b": BEFORE, "c": "x"},
        {"a": MASK, "b": AFTER, "c": "y"},
    )


def test_added_and_removed_secrets() -> None:
    assert masked({}, {"a": NEW}) == ({}, {"a": MASK})
    assert masked({"a": NEW}, {}) == ({"a": MASK}, {})


def test_items_with_a_name_are_compared_with_their_own() -> None:
    old = [{"name": "B", "value": "plain"}, {"name": "A", "value": OLD}]
    new = [{"name": "A", "value": NEW}, {"name": "B", "value": "plain"}]
    assert masked(old, new) == (
        [{"name": "B", "value": "plain"}, {"name": "A", "value": BEFORE}],
        [{"name": "A", "value": AFTER}, {"name": "B", "value": "plain"}],
    )


def test_removed_item_of_a_list_with_a_secret_is_masked() -> None:
    left, right = masked([f"--key={OLD}", "--a"], ["--a", "--b", f"--key={NEW}"])
    assert left == [BEFORE, "--a"]
    assert right == ["--a", "--b", AFTER]


def test_another_type_in_the_place_of_a_secret() -> None:
    assert masked(OLD, {"a": NEW}) == (OLD, {"a": MASK})
    assert masked({"a": "x"}, NEW) == ({"a": "x"}, MASK)


def test_secret_data_is_always_masked() -> None:
    old = {"apiVersion": "v1", "kind": "Secret", "data": {"a": "MQ==", "b": "Mg=="}}
    new = {"apiVersion": "v1", "kind": "Secret", "data": {"a": "MQ==", "b": "Mw==", "c": "NA=="}}
    left, right = mask_pair(old, new, Redactor())
    assert left is not None
    assert right is not None
    assert left["data"] == {"a": MASK, "b": BEFORE}
    assert right["data"] == {"a": MASK, "b": AFTER, "c": MASK}


def test_last_applied_annotation_is_masked() -> None:
    body = {
        "kind": "Secret",
        "apiVersion": "v1",
        "metadata": {"annotations": {LAST_APPLIED: "{...}", "x": "y"}},
    }
    left, _ = mask_pair(body, None, Redactor())
    assert left is not None
    assert left["metadata"]["annotations"] == {LAST_APPLIED: MASK, "x": "y"}


JSON = st.recursive(
    st.sampled_from([NEW, f"--key={NEW}", OLD, "plain", 1, None, True]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "a", "b", "data"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_no_rendered_secret_survives_on_either_side(old: Any, new: Any) -> None:
    assert NEW not in json.dumps(masked(old, new))


@example([NEW, NEW, NEW, f"--key={NEW}"], [NEW, NEW, f"--key={NEW}", NEW])
@given(JSON, JSON)
def test_masked_versions_differ_exactly_where_the_clear_ones_do(old: Any, new: Any) -> None:
    left, right = masked(old, new)
    assert (json.dumps(left) == json.dumps(right)) == (json.dumps(old) == json.dumps(new))


@given(st.lists(st.sampled_from([f"--key={OLD}", "--a", "--b"]), max_size=4), st.integers(0, 3))
def test_old_secret_in_a_list_is_masked(old: list[str], place: int) -> None:
    new = ["--a", "--b", "--c"]
    new.insert(place, f"--key={NEW}")
    left, _ = masked(old, new)
    assert OLD not in json.dumps(left)


def listed(*pointers: str, **fields: Any) -> dict[str, Any]:
    """An object that lists places of secrets; no redactor knows their values."""
    annotations = {SECRET_FIELDS: json.dumps(pointers), LAST_APPLIED: f"copy of {fields}"}
    metadata = {"name": "a", "annotations": annotations} if pointers else {"name": "a"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, **fields}


def both(old: dict[str, Any], new: dict[str, Any] | None, *fields: tuple[str, ...]) -> tuple[Any, Any]:
    left, right = mask_pair(old, new, Redactor(), fields)
    return _fields(left), _fields(right)


def _fields(body: Mapping[str, Any] | None) -> dict[str, Any] | None:
    known = ("apiVersion", "kind", "metadata")
    return None if body is None else {key: value for key, value in body.items() if key not in known}


def test_what_a_live_object_lists_is_masked_where_it_is_gone() -> None:
    old = listed("/data/a", "/data/b/0", data={"a": "x", "b": ["y", "z"], "c": "w"})
    assert both(old, listed(data={"c": "w"})) == (
        {"data": {"a": MASK, "b": [MASK, "z"], "c": "w"}},
        {"data": {"c": "w"}},
    )
    assert both(old, listed()) == ({"data": {"a": MASK, "b": [MASK, "z"], "c": "w"}}, {})
    assert both(old, None) == ({"data": {"a": MASK, "b": [MASK, "z"], "c": "w"}}, None)


def test_a_listed_field_is_masked_on_both_sides() -> None:
    old = listed("/data/a", "/data/same", data={"a": "x", "same": "s", "new": "n"})
    new = listed("/data/new", data={"a": "y", "same": "s", "new": "m"})
    assert both(old, new, ("data", "late")) == (
        {"data": {"a": BEFORE, "same": MASK, "new": BEFORE}},
        {"data": {"a": AFTER, "same": MASK, "new": AFTER}},
    )
    later = {**listed(), "data": {"a": "y"}}
    assert both(listed(data={"a": "x"}), later, ("data", "a")) == (
        {"data": {"a": BEFORE}},
        {"data": {"a": AFTER}},
    )


def test_a_copy_of_the_object_is_masked_where_it_lists_secrets() -> None:
    left, _ = mask_pair(listed("/data/a", data={"a": "x"}), listed(data={}), Redactor())
    assert left is not None
    assert left["metadata"]["annotations"][LAST_APPLIED] == MASK


def test_listed_items_of_lists() -> None:
    old = listed("/args/1", args=["--a", "--key=x", "--b"])
    assert both(old, listed(args=["--a", "--b"])) == (
        {"args": ["--a", BEFORE, "--b"]},
        {"args": ["--a", "--b"]},
    )
    assert both(old, listed("/args/0", args=["--key=y", "--a"])) == (
        {"args": ["--a", BEFORE, BEFORE]},
        {"args": [AFTER, "--a"]},
    )
    env = [{"name": "A", "value": "1"}, {"name": "B", "value": "x"}]
    assert both(listed("/env/[name=B]/value", env=env[::-1]), listed(env=env[:1])) == (
        {"env": [{"name": "B", "value": MASK}, {"name": "A", "value": "1"}]},
        {"env": env[:1]},
    )
    nested = listed("/rows/0/1", rows=[["p", "q"], ["r"]])
    assert both(nested, listed(rows=[["r"]]))[0] == {"rows": [BEFORE, ["r"]]}
