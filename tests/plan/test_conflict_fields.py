"""Fields as the API server names them in conflicts, in an object."""

import pytest

from dlctl.errors import FieldConflict
from dlctl.plan.compare.conflict_fields import path_of_field, value_of_field, without_fields

BODY = {
    "metadata": {"labels": {"app.kubernetes.io/name": "web", "app": "x"}, "finalizers": ["a", "b"]},
    "spec": {
        "replicas": 3,
        "containers": [{"name": "main", "image": "one"}, {"name": "side.car", "image": "two"}],
        "ports": [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 80, "protocol": "UDP"}],
    },
}


@pytest.mark.parametrize(
    ("field", "path"),
    [
        (".spec.replicas", ("spec", "replicas")),
        (".metadata.labels.app.kubernetes.io/name", ("metadata", "labels", "app.kubernetes.io/name")),
        (".metadata.labels.app", ("metadata", "labels", "app")),
        ('.spec.containers[name="side.car"].image', ("spec", "containers", 1, "image")),
        ('.spec.ports[containerPort=80,protocol="UDP"]', ("spec", "ports", 1)),
        ('.metadata.finalizers[="b"]', ("metadata", "finalizers", 1)),
        (".spec.containers[0].image", ("spec", "containers", 0, "image")),
        (".spec.none", None),
        ('.spec.containers[name="no"].image', None),
        ("spec", None),
    ],
)
def test_where_a_field_is(field: str, path: tuple[str | int, ...] | None) -> None:
    assert path_of_field(BODY, field) == path


def test_an_object_without_the_fields_of_conflicts() -> None:
    fields = (".spec.replicas", '.spec.containers[name="main"].image', '.metadata.finalizers[="a"]')
    left = without_fields(BODY, [FieldConflict("ops", field) for field in (*fields, ".spec.none")])
    assert left["spec"]["containers"] == [{"name": "main"}, {"name": "side.car", "image": "two"}]
    assert left["metadata"]["finalizers"] == ["b"]
    assert "replicas" not in left["spec"]
    assert value_of_field(BODY, ".spec.replicas") == 3, "the object itself stays as it is"
    assert value_of_field(left, ".spec.replicas") is None
