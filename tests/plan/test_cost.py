"""What a change costs: pods and GPUs that stop."""

from typing import Any

import pytest

from dlctl.cluster.protocol import Resource
from dlctl.manifest import Manifest, ref_of
from dlctl.plan.compare.steps import replaced
from dlctl.plan.cost import with_cost
from dlctl.plan.model import Action, Cost, Step


def workload(kind: str = "Deployment", image: str = "a", **spec: Any) -> dict[str, Any]:
    containers = [
        {"name": "main", "image": image, "resources": {"limits": {"nvidia.com/gpu": 8, "cpu": "2"}}}
    ]
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers}}
    api = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "Job": "batch/v1"}[kind]
    body = {"apiVersion": api, "kind": kind, "metadata": {"name": "web"}}
    counts = {"parallelism": 4} if kind == "Job" else {"replicas": 4}
    return {**body, "spec": {**counts, "template": template, **spec}}


def observed(live: dict[str, Any], **status: int) -> dict[str, Any]:
    """With the status of a controller that has seen it."""
    return {**live, "status": {"observedGeneration": 1, **status}}


def cost(action: Action, live: dict[str, Any], merged: dict[str, Any] | None) -> Cost | None:
    step = Step(action, ref_of(live), 0, live=live, merged=merged)
    return with_cost(step, live).cost


@pytest.mark.parametrize(
    ("live", "merged", "expected"),
    [
        (workload(), {**workload(), "metadata": {"name": "web", "labels": {"a": "b"}}}, Cost(0, 0, "")),
        (workload(), workload(minReadySeconds=3), Cost(0, 0, "")),
        (workload(), workload(image="b"), Cost(4, 32, "", restarts=True)),
        (workload(), workload(replicas=3), Cost(1, 8, "")),
        (workload(), workload(replicas=9), Cost(0, 0, "")),
        (workload(), workload(image="b", paused=True), Cost(0, 0, "")),
        (observed(workload()), workload(image="b"), Cost(0, 0, "")),  # a quota refuses its pods
        (observed(workload(), replicas=2), workload(image="b"), Cost(2, 16, "", restarts=True)),
        (
            workload("StatefulSet"),
            workload("StatefulSet", image="b", updateStrategy={"type": "OnDelete"}),
            Cost(0, 0, ""),
        ),
    ],
)
def test_an_update(live: dict[str, Any], merged: dict[str, Any], expected: Cost) -> None:
    assert cost(Action.UPDATE, live, merged) == expected


@pytest.mark.parametrize(("strategy", "restarts"), [({}, False), ({"type": "Recreate"}, True)])
def test_a_ray_cluster_keeps_its_pods_unless_it_recreates_them(
    strategy: dict[str, str], *, restarts: bool
) -> None:
    def ray(image: str) -> dict[str, Any]:
        head = {"template": workload(image=image)["spec"]["template"]}
        spec = {"headGroupSpec": head, "upgradeStrategy": strategy}
        return {"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {"name": "web"}, "spec": spec}

    found = cost(Action.UPDATE, ray("a"), ray("b"))
    assert found == (Cost(1, 8, "", restarts=True) if restarts else Cost(0, 0, ""))


def test_a_run_that_is_deleted_says_since_when_it_has_been_going() -> None:
    job = {**workload("Job"), "status": {"active": 4, "startTime": "2026-01-01T00:00:00Z"}}
    assert cost(Action.PRUNE, job, None) == Cost(4, 32, "2026-01-01T00:00:00Z")
    ended = {"conditions": [{"type": "Complete", "status": "True"}], "startTime": "2026-01-01T00:00:00Z"}
    assert cost(Action.REPLACE, {**job, "status": ended}, workload("Job", image="b")) == Cost(0, 0, "")
    assert (
        cost(Action.PRUNE, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}, None) is None
    )


@pytest.mark.parametrize(("policy", "lost"), [("Delete", True), ("Retain", False)])
def test_a_replacement_says_that_the_data_of_claims_is_lost(policy: str, *, lost: bool) -> None:
    claims = [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"]}}]
    kept: dict[str, Any] = {
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": policy},
        "volumeClaimTemplates": claims,
    }
    body = workload("StatefulSet", **kept)
    body["metadata"] = {"name": "web", "namespace": "here"}
    resource = Resource("apps", "v1", "StatefulSet", "statefulsets", namespaced=True)
    step = replaced(Manifest(ref_of(body), "apps/v1", body, "web"), resource, body, "spec.x cannot change")
    text = "spec.x cannot change: delete and recreate"
    assert step.reason == (f"{text}; the data of its claims is lost" if lost else text)
