"""Names, namespaces, labels and annotations."""

from typing import Any

import pytest

from dlctl.schemas.metadata import metadata_problems


def found(api_version: str, kind: str, **metadata: Any) -> list[str]:
    body = {"apiVersion": api_version, "kind": kind, "metadata": metadata}
    return [problem.message.partition(": Invalid value: ")[0] for problem in metadata_problems(body)]


@pytest.mark.parametrize(
    ("api_version", "kind", "name", "good"),
    [
        ("v1", "ConfigMap", "a.b-c", True),
        ("v1", "ConfigMap", "x" * 253, True),
        ("v1", "ConfigMap", "x" * 254, False),
        ("v1", "ConfigMap", "A", False),
        ("v1", "ConfigMap", "a..b", False),
        ("v1", "ConfigMap", "a\n", False),
        ("v1", "Service", "web", True),
        ("v1", "Service", "1web", False),
        ("v1", "Service", "a.b", False),
        ("v1", "Namespace", "a.b", False),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", "system:node", True),
        ("rbac.authorization.k8s.io/v1", "Role", "a/b", False),
        ("batch/v1", "CronJob", "x" * 53, False),
        ("example.com/v1", "Widget", "a.b", True),
        ("example.com/v1", "Widget", "a_b", False),
    ],
)
def test_names(api_version: str, kind: str, name: str, good: bool) -> None:
    assert found(api_version, kind, name=name) == ([] if good else ["metadata.name"])


@pytest.mark.parametrize(
    ("labels", "fields"),
    [
        ({"a": "", "example.com/a": "b_c.d-e", "A.b": "x" * 63}, []),
        ({"a b": "x"}, ["metadata.labels"]),
        ({"/a": "x"}, ["metadata.labels"]),
        ({"a/b/c": "x"}, ["metadata.labels"]),
        ({"example.com/": "x"}, ["metadata.labels"]),
        ({"team": "-x"}, ["metadata.labels.team"]),
        ({"team": "x" * 64, "b": "ü"}, ["metadata.labels.team", "metadata.labels.b"]),
    ],
)
def test_labels(labels: dict[str, str], fields: list[str]) -> None:
    assert found("v1", "ConfigMap", name="a", labels=labels) == fields


def test_annotations_and_namespaces() -> None:
    assert found("v1", "ConfigMap", name="a", annotations={"Example.com/a": "any thing"}) == []
    assert found("v1", "ConfigMap", name="a", annotations={"a b": "x"}) == ["metadata.annotations"]
    assert found("v1", "ConfigMap", name="a", namespace="a.b") == ["metadata.namespace"]
    (message,) = found("v1", "ConfigMap", name="a", annotations={"a": "x" * 300_000})
    assert message == "metadata.annotations: Too long: may not be more than 262144 bytes"
