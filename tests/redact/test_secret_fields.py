"""The annotation that lists the places of secrets: written, read, and found again in an object."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.redact import LAST_APPLIED, MASK, Redactor
from dlctl.secret_fields import (
    MAX_LENGTH,
    SECRET_FIELDS,
    Path,
    annotation_of,
    changed_at,
    fields_of,
    item_names,
    values_at,
)

JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


def places(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    """Every place of a value, with what is there."""
    if isinstance(value, dict):
        below = list(value.items())
    else:
        below = list(zip(item_names(value), value, strict=True)) if isinstance(value, list) else []
    return [(path, value), *(found for name, item in below for found in places(item, (*path, name)))]


def listing(body: dict[str, Any], *paths: Path) -> dict[str, Any]:
    """A ConfigMap with these fields that lists these places."""
    annotations = {SECRET_FIELDS: annotation_of(paths), **body.pop("annotations", {})}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a", "annotations": annotations},
        **body,
    }


@given(JSON)
def test_every_place_is_found_again(value: Any) -> None:
    known = [(path, item) for path, item in places({"data": value}) if path]
    body = listing({"data": value}, *(path for path, _ in known))
    assert set(fields_of(body)) == {path for path, _ in known}
    for path, item in known:
        assert list(values_at({"data": value}, [path])) == [item]


def test_items_are_found_by_name_where_others_were_added() -> None:
    env = [{"name": "A", "value": "1"}, {"name": "B", "value": "secret"}]
    path = ("env", item_names(env)[1], "value")
    live = {"env": [{"name": "Z", "value": "0"}, *reversed(env)]}
    assert list(values_at(live, [path])) == ["secret"]
    assert item_names([{"name": "A"}, {"name": "A"}]) == ["0", "1"]
    assert item_names(["x", {"name": "A"}]) == ["0", "1"]


def test_a_long_list_of_places_is_shortened_to_what_holds_them() -> None:
    many = [("data", f"key-{number}", "deep") for number in range(3000)]
    text = annotation_of([*many, ("metadata", "labels", "a")])
    assert len(text) <= MAX_LENGTH
    assert json.loads(text) == ["/data", "/metadata"]
    assert annotation_of([]) == ""


@pytest.mark.parametrize("text", ["", "x", "{}", "[1]", '["data"]', "null", "[" * 5000, '"/data"'])
def test_an_annotation_that_is_no_list_of_places_lists_none(text: str) -> None:
    assert fields_of({"metadata": {"annotations": {SECRET_FIELDS: text}}}) == ()


def test_places_that_are_not_there_are_ignored() -> None:
    body = {"a": [1, {"b": 2}], "c": "text"}
    for path in (("x",), ("a", "7"), ("a", "0", "b"), ("c", "d"), ("a", "[name=b]")):
        assert changed_at(body, [path], lambda _: "changed") == body


def test_listed_places_are_masked_without_knowing_values() -> None:
    env = [{"name": "A", "value": "open"}, {"name": "B", "value": "ab"}]
    body = listing(
        {"data": {"short": "ab", "open": "ab"}, "env": env, "annotations": {LAST_APPLIED: "ab"}},
        ("data", "short"),
        ("env", "[name=B]", "value"),
    )
    masked = Redactor().mask_manifest(body)
    assert masked["data"] == {"short": MASK, "open": "ab"}
    assert masked["env"] == [{"name": "A", "value": "open"}, {"name": "B", "value": MASK}]
    assert masked["metadata"]["annotations"][LAST_APPLIED] == MASK
    whole = Redactor().mask_manifest(listing({"data": {}}, ("metadata",)))
    assert whole["metadata"] == MASK
