"""Objects against schemas: what each rule of a schema finds, in the words of the Kubernetes API."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from dlctl.schemas.catalogue import KindSchema
from dlctl.schemas.check import SchemaChecker, SchemaError
from dlctl.schemas.document import compacted, document_of
from tests.schemas.documents import CONFIG_MAPS, DEPLOYMENTS, fields

GOOD: Mapping[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {
                        "name": "web",
                        "image": "nginx",
                        "env": [{"name": "A", "value": "1"}],
                        "ports": [
                            {"containerPort": 80},
                            {"containerPort": 80, "protocol": "UDP"},
                        ],
                        "resources": {"limits": {"cpu": "500m", "memory": 1024}},
                    }
                ]
            },
        },
    },
}
CONTAINER = "spec.template.spec.containers[0]"


def found(schemas: Mapping[str, Any], name: str, body: Any, *, custom: bool = False) -> list[str]:
    document = document_of(compacted({"components": {"schemas": schemas}}))
    checker = SchemaChecker(KindSchema(document, name, custom))
    return [problem.message for problem in dict.fromkeys(checker.problems(body))]


def in_deployment(path: str, value: Any) -> list[str]:
    """What is found once the value at this way (`.`-separated, numbers are indexes) is another."""
    body = copy.deepcopy(dict(GOOD))
    holder: Any = body
    *parents, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in parents:
        holder = holder[step]
    holder[last] = value
    return found(DEPLOYMENTS, "io.k8s.api.apps.v1.Deployment", body)


def in_custom(schema: Mapping[str, Any], spec: Any) -> list[str]:
    """What is found in an object of a custom kind whose spec has this schema."""
    return found({"Widget": fields(spec=schema)}, "Widget", {"spec": spec}, custom=True)


def test_a_good_object() -> None:
    assert found(DEPLOYMENTS, "io.k8s.api.apps.v1.Deployment", GOOD) == []


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("spec.replcas", 3, 'unknown field "spec.replcas"'),
        (
            "spec.template.spec.containers.0.image",
            5,
            f"{CONTAINER}.image: Invalid value: 5: must be of type string",
        ),
        ("spec.replicas", "two", 'spec.replicas: Invalid value: "two": must be of type integer'),
        (
            "spec.replicas",
            2**40,
            f"spec.replicas: Invalid value: {2**40}: must be less than or equal to 2147483647",
        ),
        ("spec.replicas", -1, "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
        (
            "spec.template.spec.restartPolicy",
            "always",
            'spec.template.spec.restartPolicy: Unsupported value: "always": '
            'supported values: "Always", "Never", "OnFailure"',
        ),
        (
            "spec.template.spec.containers.0.resources.limits.cpu",
            "1GB",
            f'{CONTAINER}.resources.limits.cpu: Invalid value: "1GB": '
            "must be a quantity, such as 500m or 16Gi",
        ),
        (
            "spec.template.spec.containers.0.resources.limits.cpu",
            "-1",
            f'{CONTAINER}.resources.limits.cpu: Invalid value: "-1": must be greater than or equal to 0',
        ),
        (
            "spec.template.spec.containers.0.env",
            [{"name": "A"}, {"name": "B"}, {"name": "A", "value": "2"}],
            f'{CONTAINER}.env[2]: Duplicate value: {{"name": "A"}}',
        ),
        (
            "spec.template.spec.containers.0.ports.1.protocol",
            "TCP",
            f'{CONTAINER}.ports[1]: Duplicate value: {{"containerPort": 80, "protocol": "TCP"}}',
        ),
        (
            "spec.template.spec.containers.0.env",
            [None],
            f"{CONTAINER}.env[0]: Invalid value: null: must be of type object",
        ),
        ("spec.template.spec.containers.0.env", [{"value": "x"}], f"{CONTAINER}.env[0].name: Required value"),
        ("spec.template.spec.containers", None, "spec.template.spec.containers: Required value"),
        ("spec.template.spec.containers.0.name", None, f"{CONTAINER}.name: Required value"),
        (
            "spec.selector.matchLabels.app",
            "other",
            'spec.template.metadata.labels: Invalid value: {"app": "web"}: '
            "`selector` does not match template `labels`",
        ),
    ],
)
def test_a_fault_in_a_deployment(path: str, value: Any, message: str) -> None:
    assert in_deployment(path, value) == [message]


@pytest.mark.parametrize("path", ["spec.replicas", "metadata.labels", "spec.template.spec.restartPolicy"])
def test_null_is_no_value_for_a_built_in_kind(path: str) -> None:
    assert in_deployment(path, None) == []


SIZES = fields(size={"type": "integer", "minimum": 1, "exclusiveMinimum": True})


@pytest.mark.parametrize(
    ("schema", "spec", "messages"),
    [
        (SIZES, {"size": 1}, ["spec.size: Invalid value: 1: must be greater than 1"]),
        (SIZES, {"size": None}, ["spec.size: Invalid value: null: must be of type integer"]),
        (fields(size={"type": "integer", "nullable": True}), {"size": None}, []),
        (fields(size={"type": "integer", "default": 3}), {"size": None}, []),
        (fields("size", size={"type": "integer"}), {}, ["spec.size: Required value"]),
        (fields("size", size={"type": "integer", "default": 3}), {}, []),
        ({"type": "object"}, {"a": 1}, ['unknown field "spec.a"']),
        ({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, {"a": {"b": 1}}, []),
        ({"x-kubernetes-preserve-unknown-fields": True}, [1], []),
        (fields(n={"x-kubernetes-int-or-string": True}), {"n": "5%"}, []),
        (
            fields(
                n={"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]}
            ),
            {"n": 1.5},
            ["spec.n: Invalid value: 1.5: must be of type integer or string"],
        ),
        (
            {
                **fields(a={"type": "string"}, b={"type": "string"}),
                "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
            },
            {"a": "x", "b": "y"},
            ['spec: Invalid value: {"a": "x", "b": "y"}: does not satisfy the schema of the field'],
        ),
        (
            {**fields(a={"type": "string"}), "allOf": [{"properties": {"a": {"maxLength": 2}}}]},
            {"a": "abc"},
            ['spec.a: Invalid value: "abc": may not be longer than 2 characters'],
        ),
        (fields(t={"type": "string", "format": "duration"}), {"t": "1h30m"}, []),
        (
            fields(t={"type": "string", "format": "date-time"}),
            {"t": "today"},
            ['spec.t: Invalid value: "today": must be a time, such as 2026-01-31T12:00:00Z'],
        ),
        (
            fields(names={"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"}),
            {"names": ["a", "b", "a"]},
            ['spec.names[2]: Duplicate value: "a"'],
        ),
        (
            fields(pod={"type": "object", "x-kubernetes-embedded-resource": True}),
            {"pod": {"kind": "Pod", "metadata": {"name": "x"}, "colour": "red"}},
            ["spec.pod.apiVersion: Required value", 'unknown field "spec.pod.colour"'],
        ),
        (
            fields(code={"type": "string", "pattern": "^[a-z]+$"}),
            {"code": "A"},
            ['spec.code: Invalid value: "A": must match ^[a-z]+$'],
        ),
    ],
)
def test_schemas_of_custom_kinds(schema: Mapping[str, Any], spec: Any, messages: list[str]) -> None:
    assert in_custom(schema, spec) == messages


def test_data_of_a_secret_is_base64() -> None:
    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s"},
        "data": {"a": "aGVsbG8=", "b": "?"},
    }
    (message,) = found(CONFIG_MAPS, "io.k8s.api.core.v1.Secret", body)
    assert message == 'data.b: Invalid value: "?": must be base64'


@pytest.mark.parametrize(
    "schema", [{"type": "string", "pattern": "("}, {"$ref": "#/components/schemas/Nowhere"}]
)
def test_a_schema_that_cannot_be_used(schema: Mapping[str, Any]) -> None:
    document = document_of({"Widget": fields(spec=schema)})
    with pytest.raises(SchemaError):
        SchemaChecker(KindSchema(document, "Widget", custom=True))


def test_recursive_schemas() -> None:
    tree = fields(
        name={"type": "string"}, parts={"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
    )
    body = {"parts": [{"parts": [{"nme": "x"}]}]}
    assert found({"Tree": tree}, "Tree", body, custom=True) == ['unknown field "parts[0].parts[0].nme"']


def test_keys_with_dots_are_in_brackets() -> None:
    assert in_deployment("metadata.labels", {"example.com/team": 5}) == [
        "metadata.labels[example.com/team]: Invalid value: 5: must be of type string"
    ]
