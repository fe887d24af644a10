"""CustomResourceDefinitions whose names, versions or schemas an API server refuses."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from dlctl.schemas.definition_rules import definition_problems

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "properties": {"parts": {"type": "array", "items": {"type": "string"}}},
            "anyOf": [{"required": ["parts"]}],
        }
    },
}
GOOD: Mapping[str, Any] = {
    "metadata": {"name": "widgets.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "widgets", "kind": "Widget"},
        "versions": [{"name": "v1", "storage": True, "schema": {"openAPIV3Schema": SCHEMA}}],
    },
}
AT = "spec.versions[0].schema.openAPIV3Schema"


def with_schema(change: Mapping[str, Any]) -> Any:
    body = copy.deepcopy(dict(GOOD))
    body["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"].update(change)
    return body


def found(body: Any) -> list[str]:
    return [problem.message for problem in definition_problems(body)]


def test_a_good_definition() -> None:
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"type": ""},
            f"{AT}.properties.spec.type: Required value: must not be empty for specified object fields",
        ),
        (
            {"properties": {"a": {"type": "array"}}},
            f"{AT}.properties.spec.properties.a.items: Required value: must be specified",
        ),
        (
            {"additionalProperties": False},
            f"{AT}.properties.spec.additionalProperties: Forbidden: cannot be set to false",
        ),
        (
            {"anyOf": [{"type": "object"}]},
            f"{AT}.properties.spec.anyOf[0].type: Forbidden: must be empty to be structural",
        ),
        (
            {"patternProperties": {"a": {}}},
            f"{AT}.properties.spec.patternProperties: Forbidden: not supported",
        ),
    ],
)
def test_a_schema_that_is_not_structural(change: Mapping[str, Any], message: str) -> None:
    assert found(with_schema(change)) == [message]


def test_values_of_any_type_and_their_branches() -> None:
    number = {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]}
    anything = {"x-kubernetes-preserve-unknown-fields": True}
    assert found(with_schema({"properties": {"a": number, "b": anything}})) == []


def test_names_scopes_and_versions() -> None:
    body = copy.deepcopy(dict(GOOD))
    body["metadata"]["name"] = "widgets"
    body["spec"]["scope"] = "Everywhere"
    body["spec"]["versions"] = [{"name": "v1"}, {"name": "v1"}]
    assert found(body) == [
        'metadata.name: Invalid value: "widgets": must be spec.names.plural+"."+spec.group: '
        "widgets.example.com",
        'spec.scope: Unsupported value: "Everywhere": supported values: "Cluster", "Namespaced"',
        "spec.versions: Invalid value: must have exactly one version marked as storage version",
        "spec.versions[1].name: Invalid value: must contain unique version names",
        f"{AT}: Required value: schemas are required",
        "spec.versions[1].schema.openAPIV3Schema: Required value: schemas are required",
    ]


@pytest.mark.parametrize(
    "body", [{}, {"spec": 5}, {"spec": {"versions": [1]}}, {"spec": {"versions": {}, "names": []}}]
)
def test_what_is_no_definition_at_all_is_left_to_its_schema(body: Any) -> None:
    assert found(body) == []
