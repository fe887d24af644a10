"""Changes of schemas under which objects become invalid."""

from typing import Any

import pytest

from dlctl.plan.compare.crd_changes import dropped_versions, narrowings

OLD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "size": {"type": "integer", "maximum": 9},
        "mode": {"type": "string", "enum": ["a", "b"]},
        "names": {"type": "array", "items": {"type": "string"}},
        "any": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "maybe": {"type": "string", "nullable": True},
    },
}


def definition(schema: dict[str, Any], *versions: str, stored: tuple[str, ...] = ()) -> dict[str, Any]:
    names = versions or ("v1",)
    listed = [{"name": name, "served": True, "schema": {"openAPIV3Schema": schema}} for name in names]
    return {"spec": {"versions": listed}, "status": {"storedVersions": list(stored)}}


def changed(**fields: Any) -> dict[str, Any]:
    """The schema with other fields; None removes one."""
    properties = {**OLD["properties"], **fields}
    kept = {key: value for key, value in properties.items() if value is not None}
    return {**OLD, "properties": kept}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (OLD, ()),
        (changed(new={"type": "string"}, size={"type": "number", "maximum": 12}), ()),
        (changed(mode={"type": "string"}, names={"type": "array", "items": {}}), ()),
        (changed(size=None), ("v1.size: is removed",)),
        (changed(size={"type": "string"}), ("v1.size: type integer becomes string",)),
        (changed(size={"type": "integer", "maximum": 5}), ("v1.size: maximum becomes 5",)),
        (changed(size={"type": "integer", "maximum": 9, "minimum": 1}), ("v1.size: minimum becomes 1",)),
        (changed(mode={"type": "string", "enum": ["a"]}), ("v1.mode: no longer takes b",)),
        (changed(any={"type": "object"}), ("v1.any: no longer takes other fields",)),
        (changed(maybe={"type": "string"}), ("v1.maybe: no longer takes null",)),
        (
            changed(names={"type": "array", "items": {"type": "string", "pattern": "x"}}),
            ("v1.names[]: pattern changes",),
        ),
        ({**OLD, "required": ["size"]}, ("v1.size: becomes required",)),
    ],
)
def test_what_a_new_schema_no_longer_allows(schema: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert narrowings(definition(OLD), definition(schema)) == expected


def test_a_stored_version_must_stay() -> None:
    live = definition(OLD, "v1alpha1", "v1", stored=("v1alpha1", "v1"))
    assert dropped_versions(live, definition(OLD, "v1")) == ("v1alpha1",)
    assert dropped_versions(live, definition(OLD, "v1alpha1", "v1")) == ()
