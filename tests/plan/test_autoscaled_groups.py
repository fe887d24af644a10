"""What Ray's autoscaler chose for the groups of a RayCluster stays at the next apply."""

from typing import Any

import pytest

from dlctl.plan.compare.autoscaled_groups import keep_workers
from tests.plan.targets import manifest, scope

Json = dict[str, Any]
GROUP: Json = {"groupName": "a", "minReplicas": 1, "maxReplicas": 4}


def cluster(*groups: Any, autoscaling: bool = True, kind: str = "RayCluster") -> Json:
    spec = {"enableInTreeAutoscaling": autoscaling, "workerGroupSpecs": list(groups)}
    return {"apiVersion": "ray.io/v1", "kind": kind, "metadata": {"name": "n"}, "spec": spec}


def kept(body: Json, *live: Any) -> Any:
    return keep_workers(manifest(body, scope("ml")), cluster(*live)).body["spec"]["workerGroupSpecs"]


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
    assert kept(cluster(group), {"groupName": "a", **live}) == [{**group, **wanted}]


@pytest.mark.parametrize(
    "body", [cluster(GROUP, autoscaling=False), cluster(GROUP, kind="RayService"), cluster("x")]
)
def test_other_objects_stay_as_they_are(body: Json) -> None:
    assert kept(body, {**GROUP, "replicas": 3}, "x") == body["spec"]["workerGroupSpecs"]
