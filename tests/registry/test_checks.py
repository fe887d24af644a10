"""Checks over several values: rules and schemas of a prototype, and those that a group brings along."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError, RegistryError
from dlctl.registry.prototypes.catalogue import catalogue_of
from dlctl.registry.prototypes.model import Prototype
from dlctl.yamlio.dump import dump
from tests.prototypes.examples import render

TEXT = {"type": "string", "description": "A text"}
FLAG = {"type": "boolean", "default": False, "description": "A flag"}
SPOT = {
    "description": "spot needs restarts",
    "if": {"properties": {"spot": {"const": True}}},
    "then": {"required": ["restarts"]},
}
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ component.name }}\n"


def _prototypes(root: Path, group_files: dict[str, Any] | None = None, **keys: Any) -> Path:
    folder = root / "prototypes" / "sample" / "sample"
    (folder / "templates").mkdir(parents=True)
    (folder / "groups").mkdir()
    (folder / "templates" / "object.yaml.j2").write_text(CONFIG_MAP)
    (folder / "prototype.yaml").write_text(dump({"summary": "A sample", **keys}))
    (folder.parent / "package.yaml").write_text(dump({"name": "sample", "summary": "Samples"}))
    for name, body in (group_files or {}).items():
        (folder / "groups" / f"{name}.yaml").write_text(dump(body))
    return root / "prototypes"


def _load(root: Path, group_files: dict[str, Any] | None = None, **keys: Any) -> Prototype:
    return catalogue_of(_prototypes(root, group_files, **keys)).find("sample")


def _refused(params: dict[str, Any], root: Path) -> str:
    with pytest.raises(ParamError) as raised:
        render("sample", params, root)
    problems: tuple[DlctlError, ...] = raised.value.problems or (raised.value,)
    return "\n".join(f"{problem}: {problem.hint}" for problem in problems)


def test_schema_over_several_values_is_refused_with_its_description_and_origins(tmp_path: Path) -> None:
    _prototypes(tmp_path, params={"spot": FLAG, "restarts": TEXT}, allOf=[SPOT])
    message = _refused({"spot": True}, tmp_path)
    assert "spot needs restarts" in message
    assert "spot = true, from" in message
    assert "dlctl.yaml" in message


def test_schema_over_several_values_counts_defaults(tmp_path: Path) -> None:
    _prototypes(tmp_path, params={"spot": {**FLAG, "default": True}, "restarts": TEXT}, allOf=[SPOT])
    assert "spot needs restarts" in _refused({}, tmp_path)


def test_valid_values_have_no_error(tmp_path: Path) -> None:
    _prototypes(tmp_path, params={"spot": FLAG, "restarts": TEXT}, allOf=[SPOT])
    assert render("sample", {"spot": True, "restarts": "3"}, tmp_path)


def test_dependent_required_names_both_parameters(tmp_path: Path) -> None:
    schema = {"description": "keys need a user", "dependentRequired": {"keys": ["user"]}}
    prototype = _load(tmp_path, params={"keys": TEXT, "user": TEXT}, allOf=[schema])
    assert [set(joint.params) for joint in prototype.combined_schemas] == [{"keys", "user"}]
    assert "keys need a user" in _refused({"keys": "k"}, tmp_path)


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        ({"required": ["spot"]}, "needs a 'description'"),
        ({"description": "no", "required": ["spt"]}, "refers to unknown parameter 'spt'"),
        ({"description": "no", "then": {"properties": {"spt": False}}}, "refers to unknown parameter 'spt'"),
        (
            {"description": "no", "dependentSchemas": {"spot": {"required": ["spt"]}}},
            "refers to unknown parameter 'spt'",
        ),
    ],
)
def test_schema_over_several_values_is_checked_when_it_is_read(
    schema: dict[str, Any], complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(RegistryError, match=complaint) as raised:
        _load(tmp_path, params={"spot": FLAG}, allOf=[schema])
    assert raised.value.location
    assert raised.value.location.line > 1


def test_invalid_schema_is_reported(tmp_path: Path) -> None:
    schema = {"description": "no", "properties": {"spot": {"type": "bool"}}}
    _prototypes(tmp_path, params={"spot": FLAG}, allOf=[schema])
    with pytest.raises(DlctlError, match="'allOf' has unknown type 'bool'"):
        render("sample", {}, tmp_path)


RULE = {
    "when": "params.fast",
    "require": "params.wide",
    "params": ["fast", "wide"],
    "message": "fast needs wide",
}
GROUP = {
    "params": {"fast": FLAG, "wide": FLAG},
    "rules": [RULE],
    "requires": [{"resource": "example.com/fast", "when": "params.fast"}],
    "allOf": [{"description": "not both", "not": {"properties": {"wide": {"const": True}}}}],
}


def test_group_brings_its_checks(tmp_path: Path) -> None:
    prototype = _load(tmp_path, {"speed": GROUP}, groups=["speed"])
    assert [rule.message for rule in prototype.rules] == ["fast needs wide"]
    assert [entry.resource for entry in prototype.requires] == ["example.com/fast"]
    assert [joint.message for joint in prototype.combined_schemas] == ["not both"]


def test_group_taken_in_part_brings_the_checks_about_that_part(tmp_path: Path) -> None:
    prototype = _load(tmp_path, {"speed": GROUP}, groups=[{"name": "speed", "only": ["wide"]}])
    assert not prototype.rules
    assert not prototype.requires
    assert [joint.message for joint in prototype.combined_schemas] == ["not both"]


def test_rule_of_a_group_may_be_about_another_group(tmp_path: Path) -> None:
    groups = {"speed": {**GROUP, "params": {"fast": FLAG}}, "size": {"params": {"wide": FLAG}}}
    alone = _load(tmp_path / "alone", groups, groups=["speed"])
    both = _load(tmp_path / "both", groups, groups=["speed", "size"])
    assert [len(alone.rules), len(both.rules)] == [0, 1]


def test_rule_of_a_group_is_refused_like_the_prototypes_own(tmp_path: Path) -> None:
    _prototypes(tmp_path, {"speed": GROUP}, groups=["speed"])
    assert "fast needs wide" in _refused({"fast": True}, tmp_path)


@pytest.mark.parametrize(
    ("entry", "labels", "values"),
    [
        ({"node_label": "pool"}, ("pool",), ()),
        ({"node_label": ["pool", "zone"], "values": ["a", "b"]}, ("pool", "zone"), ("a", "b")),
    ],
)
def test_requirement_may_be_about_labels_of_nodes(
    entry: dict[str, Any], labels: tuple[str, ...], values: tuple[str, ...], tmp_path: Path
) -> None:
    (requirement,) = _load(tmp_path, requires=[entry]).requires
    assert (requirement.node_labels, requirement.values) == (labels, values)


@pytest.mark.parametrize(
    ("entry", "provider"),
    [
        ({"from": "core"}, "prototype 'core'"),
        ({"upstream": "Volcano (volcano.sh)"}, "Volcano (volcano.sh)"),
        ({}, ""),
    ],
)
def test_requirement_names_its_provider(entry: dict[str, str], provider: str, tmp_path: Path) -> None:
    prototype = _load(tmp_path, requires=[{"kind": "example.com/v1/Widget", **entry}])
    assert [requirement.provider for requirement in prototype.requires] == [provider]
