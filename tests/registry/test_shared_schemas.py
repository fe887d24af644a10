"""Schemas that parameters take from groups, by `x-schema`."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import RegistryError
from dlctl.registry.prototypes.catalogue import catalogue_of
from dlctl.registry.prototypes.model import Prototype
from dlctl.yamlio.dump import dump

SELECTOR = {
    "type": "object",
    "properties": {"keys": {"type": "array", "items": {"$ref": "#/$defs/key"}}},
    "$defs": {"key": {"type": "string", "x-format": "dns-label"}},
    "description": "A selector",
    "default": {},
}
GROUP = {
    "selector": SELECTOR,
    "selectors": {"type": "array", "items": {"x-schema": "common#/selector"}, "description": "Selectors"},
    "loop": {"type": "array", "items": {"x-schema": "common#/loop"}, "description": "Endless"},
}


def _load(root: Path, schema: dict[str, Any]) -> Prototype:
    folder = root / "prototypes" / "sample" / "sample"
    (folder / "templates").mkdir(parents=True)
    (folder.parent / "groups").mkdir()
    (folder.parent / "groups" / "common.yaml").write_text(dump({"params": GROUP}))
    (folder / "prototype.yaml").write_text(dump({"summary": "A sample", "params": {"given": schema}}))
    return catalogue_of(root / "prototypes").find("sample")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            {"x-schema": "common#/selector", "minProperties": 1},
            {
                "type": "object",
                "properties": {
                    "keys": {
                        "type": "array",
                        "items": {"type": "string", "x-format": "dns-label", "maxLength": 63},
                    }
                },
                "minProperties": 1,
            },
        ),
        ({"x-schema": "common#/selector/$defs/key", "maxLength": 9}, {"type": "string", "maxLength": 9}),
    ],
)
def test_a_schema_is_that_of_a_group(
    schema: dict[str, Any], expected: dict[str, Any], tmp_path: Path
) -> None:
    found = dict(_load(tmp_path, schema).params["given"].schema)
    assert _without_patterns(found) == _without_patterns(expected)


def test_a_shared_schema_may_have_another_one_in_it(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"all": {"x-schema": "common#/selectors"}}}
    found = _load(tmp_path, schema).params["given"].schema
    assert "pattern" in found["properties"]["all"]["items"]["properties"]["keys"]["items"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("common#/selectr", "unknown x-schema"),
        ("common#/selector/$defs/kez", "unknown x-schema"),
        ("selector", "unknown x-schema|not found"),
        ("comon#/selector", "group 'comon' not found"),
        ("common#/loop", "names itself"),
    ],
)
def test_a_schema_that_is_not_there_is_refused(name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=message):
        _load(tmp_path, {"x-schema": name})


def _without_patterns(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_patterns(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_patterns(value) for key, value in schema.items() if key not in ("pattern", "x-format")
    }
