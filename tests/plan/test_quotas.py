"""What a plan takes of quotas, from objects that the server has."""

import copy
from typing import Any

import pytest

from dlctl.plan.model import Action, Plan, Step
from dlctl.plan.quotas import quota_notes
from tests.fakes.cluster.cluster import MemoryCluster
from tests.plan.targets import manifest, scope

WHERE = scope("shop")


def deployment(replicas: int) -> dict[str, Any]:
    container = {"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "1"}}}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


@pytest.mark.parametrize("containers", ["text", ["text"], [7], {"a": 1}, None])
def test_live_pods_of_wrong_types_are_not_counted(containers: Any) -> None:
    cluster = MemoryCluster(namespaces=["shop"])
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "cpus", "namespace": "shop"}}
    status = {"hard": {"requests.cpu": "2"}, "used": {"requests.cpu": "0"}}
    cluster.put({**quota, "spec": {"hard": status["hard"]}, "status": status}, manager="")
    wanted = manifest(deployment(5), WHERE)
    live = copy.deepcopy(wanted.body)
    live["spec"]["template"]["spec"]["containers"] = containers
    resource = cluster.resource("apps/v1", "Deployment")
    step = Step(Action.UPDATE, wanted.ref, 1, wanted, resource, live=live, merged=wanted.body)
    (note,) = quota_notes(cluster, Plan(WHERE, cluster.identity(), (step,)))
    assert note.startswith("ResourceQuota cpus in namespace shop: ")
