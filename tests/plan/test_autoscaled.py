"""A workload that gets an autoscaler keeps its pods, and is the autoscaler's from its first change on."""

from typing import Any

import pytest

from dlctl.deploy.apply import apply_plan
from dlctl.manifest import Manifest
from dlctl.plan.compare.autoscaled import autoscaled
from dlctl.plan.model import Action, Scope
from dlctl.plan.planner import make_plan
from tests.controlplane import Namespace
from tests.plan.targets import Watched, actions, manifest, scope

pytestmark = pytest.mark.controlplane


def workload(where: Scope, replicas: int | None) -> Manifest:
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "main", "image": "nginx"}]},
    }
    spec: dict[str, Any] = {"selector": {"matchLabels": {"app": "web"}}, "template": template}
    if replicas is not None:
        spec["replicas"] = replicas
    return manifest(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}, where
    )


def autoscaler(where: Scope, api_version: str = "autoscaling/v2", **target: str) -> Manifest:
    named = target or {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    body = {
        "apiVersion": api_version,
        "kind": "ScaledObject" if "keda" in api_version else "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": {"scaleTargetRef": named, "minReplicas": 1, "maxReplicas": 9},
    }
    return manifest(body, where)


def replicas(namespace: Namespace) -> str:
    return namespace.kubectl("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}").stdout


def test_adding_an_autoscaler_keeps_replicas(api_server: Watched, namespace: Namespace) -> None:
    where = scope(namespace.name)
    apply_plan(make_plan(where, [workload(where, 4)], api_server), api_server)
    wanted = [workload(where, None), autoscaler(where)]

    plan = make_plan(where, wanted, api_server)

    assert actions(plan) == {
        "Deployment/web": Action.UNCHANGED,
        "HorizontalPodAutoscaler/web": Action.CREATE,
    }
    assert apply_plan(plan, api_server).succeeded
    assert replicas(namespace) == "4"
    assert set(actions(make_plan(where, wanted, api_server)).values()) == {Action.UNCHANGED}


def test_replicas_set_by_the_autoscaler_are_kept(api_server: Watched, namespace: Namespace) -> None:
    where = scope(namespace.name)
    wanted = [workload(where, None), autoscaler(where)]
    for manifests in ([workload(where, 4)], wanted):
        apply_plan(make_plan(where, manifests, api_server), api_server)
    assert namespace.kubectl("scale", "deployment", "web", "--replicas=6").returncode == 0

    for _ in range(2):
        assert apply_plan(make_plan(where, wanted, api_server), api_server).succeeded
        assert replicas(namespace) == "6"


def test_without_autoscaler_replicas_return_to_default(api_server: Watched, namespace: Namespace) -> None:
    """Who only leaves `replicas` out asks for the server's default, as ever."""
    where = scope(namespace.name)
    for number in (4, None):
        apply_plan(make_plan(where, [workload(where, number)], api_server), api_server)
    assert replicas(namespace) == "1"


@pytest.mark.parametrize(
    ("scaler", "target"),
    [
        ({}, "Deployment.apps/web in namespace ns"),
        ({"api_version": "keda.sh/v1alpha1", "name": "web"}, "Deployment.apps/web in namespace ns"),
        ({"apiVersion": "v1", "kind": "ReplicationController", "name": "old"},
         "ReplicationController/old in namespace ns"),
        ({"kind": "Deployment"}, None),
    ],
)  # fmt: skip
def test_targets_of_autoscalers(scaler: dict[str, str], target: str | None) -> None:
    found = autoscaled([autoscaler(scope("ns"), **scaler)])
    assert [str(ref) for ref in found] == ([target] if target else [])
