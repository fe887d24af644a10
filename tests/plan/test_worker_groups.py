"""What KubeRay and Ray's autoscaler wrote of worker groups is no change, and stays at the next apply."""

from typing import Any

import pytest

from dlctl.plan.compare.worker_groups import as_kuberay_wrote
from tests.plan.targets import manifest, scope

Json = dict[str, Any]
WHERE = scope("ml")
GROUP: Json = {"groupName": "a", "minReplicas": 1, "maxReplicas": 4}
FIELD = {"RayCluster": "", "RayJob": "rayClusterSpec", "RayService": "rayClusterConfig"}


def ray(*groups: Any, kind: str = "RayCluster", autoscaling: bool = True, owned: bool = True) -> Json:
    spec: Json = {"enableInTreeAutoscaling": autoscaling, "workerGroupSpecs": list(groups)}
    fields: Json = {"f:enableInTreeAutoscaling": {}, **({"f:workerGroupSpecs": {}} if owned else {})}
    if FIELD[kind]:
        spec, fields = {FIELD[kind]: spec}, {f"f:{FIELD[kind]}": fields}
    entry: Json = {"manager": WHERE.managers.current, "operation": "Apply", "apiVersion": "ray.io/v1"}
    entry |= {"fieldsType": "FieldsV1", "fieldsV1": {"f:spec": fields}}
    metadata: Json = {"name": "n", "managedFields": [entry]}
    return {"apiVersion": "ray.io/v1", "kind": kind, "metadata": metadata, "spec": spec}


def groups(stated: Json, live: Json) -> Any:
    """The groups that are applied; None where they are left out."""
    spec = as_kuberay_wrote(manifest(stated, WHERE), live, WHERE.managers).body["spec"]
    return spec.get(FIELD[stated["kind"]], spec).get("workerGroupSpecs")


@pytest.mark.parametrize(
    ("group", "live", "wanted"),
    [
        (GROUP, {"replicas": 3}, {"replicas": 3}),
        (GROUP, {"replicas": 9}, {"replicas": 4}),
        (GROUP, {"replicas": 0}, {"replicas": 1}),
        ({**GROUP, "minReplicas": "x"}, {"replicas": 0}, {"replicas": 0}),
        ({**GROUP, "replicas": 2}, {"replicas": 3}, {}),
        (GROUP, {"groupName": "b", "replicas": 3}, {}),
        (GROUP, {"replicas": "many"}, {}),
        (
            GROUP,
            {"replicas": 2, "scaleStrategy": {"workersToDelete": ["w"]}},
            {"replicas": 2, "scaleStrategy": {"workersToDelete": ["w"]}},
        ),
    ],
)
def test_replicas_that_nobody_states_are_the_autoscalers(group: Json, live: Json, wanted: Json) -> None:
    assert groups(ray(group), ray({"groupName": "a", **live})) == [{**group, **wanted}]


def pods(**container: Any) -> Json:
    main = {"name": "ray-worker", "image": "ray:1", **container}
    return {"groupName": "a", "replicas": 1, "template": {"spec": {"containers": [main]}}}


def resources(**amounts: Any) -> Json:
    return {"resources": {"requests": amounts}}


@pytest.mark.parametrize(
    ("stated", "live", "same"),
    [
        (pods(), {**pods(resources={}), "scaleStrategy": {}, "numOfHosts": 1}, True),
        (pods(**resources(cpu="1000m", gpu=8)), pods(**resources(cpu="1", gpu="8")), True),
        (pods(ports=[{"containerPort": 1}]), pods(ports=[{"containerPort": 1, "protocol": "TCP"}]), True),
        (pods(env=[{"name": "A", "value": "1000m"}]), pods(env=[{"name": "A", "value": "1"}]), False),
        (pods(**resources(cpu="2")), pods(**resources(cpu="1")), False),
        (pods(args=["a"]), pods(args=["a", "b"]), False),
        (pods(args=["a"]), pods(args={"a": "b"}), False),
        (pods(), {**pods(), "numOfHosts": 2}, False),
        (pods(), "x", False),
    ],
)
@pytest.mark.parametrize("kind", FIELD)
def test_the_spelling_of_kuberay_is_no_change(kind: str, stated: Json, live: Any, same: bool) -> None:
    wanted = ray(stated, kind=kind, autoscaling=False)
    assert groups(wanted, ray(live, kind=kind)) == [live if same else stated]
    assert groups(wanted, ray(live, kind=kind, owned=False)) == (None if same else [stated])


def test_other_objects_stay_as_they_are() -> None:
    job: Json = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "n"}, "spec": {"a": 1}}
    assert as_kuberay_wrote(manifest(job, WHERE), job, WHERE.managers).body["spec"] == {"a": 1}
    odd: Json = {**ray(GROUP), "spec": {"workerGroupSpecs": "x"}}
    assert as_kuberay_wrote(manifest(odd, WHERE), ray(GROUP), WHERE.managers).body["spec"] == odd["spec"]
