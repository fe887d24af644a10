"""Objects that kubectl made and dlctl takes over: what leaves the manifest leaves the cluster."""

import copy
import json
from typing import Any

import pytest

from dlctl.deploy.apply import apply_plan
from dlctl.manifest import Manifest
from dlctl.plan.model import Action, Plan, Scope
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from tests.controlplane import Namespace
from tests.plan.targets import Watched, manifest, scope, the_step

pytestmark = pytest.mark.controlplane

ADOPT = PlanOptions(adopt=True)
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

WAYS = {
    "kubectl-client-side-apply": ("apply", "-f", "-"),
    "kubectl-create": ("create", "-f", "-"),
    "kubectl": ("apply", "--server-side", "-f", "-"),
    "helm": ("apply", "--server-side", "--field-manager=helm", "-f", "-"),
}


@pytest.fixture
def where(namespace: Namespace) -> Scope:
    return scope(namespace.name)


def service(port: int, **labels: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "labels": labels},
        "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": port}]},
    }


def deployment(*containers: str) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": name, "image": "nginx"} for name in containers]},
            },
        },
    }


def made_by(way: str, namespace: Namespace, body: dict[str, Any]) -> None:
    answer = namespace.kubectl(*WAYS[way], input=json.dumps(body))
    assert answer.returncode == 0, answer.stderr


def live(cluster: Watched, wanted: Manifest) -> dict[str, Any]:
    body: Any = cluster.get(cluster.resource(*wanted.api_key), wanted.ref.name, wanted.ref.namespace)
    return copy.deepcopy(body)


def applied(cluster: Watched, plan: Plan) -> None:
    report = apply_plan(plan, cluster)
    assert report.succeeded, report.error()


@pytest.mark.parametrize("way", WAYS)
def test_what_the_manifest_does_not_state_goes_when_it_is_taken_over(
    way: str, api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    made_by(way, namespace, deployment("main", "sidecar"))
    ours = manifest(deployment("main"), where)

    plan = make_plan(where, [ours], api_server, ADOPT)
    step = the_step(plan)
    assert step.action is Action.UPDATE
    assert step.reason == f"takes over the fields of {way}"
    assert step.merged is not None
    shown = step.merged["spec"]["template"]["spec"]["containers"]
    assert [container["name"] for container in shown] == ["main"]

    applied(api_server, plan)
    found = live(api_server, ours)
    assert [each["name"] for each in found["spec"]["template"]["spec"]["containers"]] == ["main"]
    assert LAST_APPLIED not in found["metadata"].get("annotations", {})
    assert step.merged["spec"] == found["spec"], "the diff showed what the apply did"
    assert the_step(make_plan(where, [ours], api_server)).action is Action.UNCHANGED


@pytest.mark.parametrize("way", WAYS)
def test_what_leaves_the_manifest_later_goes_too(
    way: str, api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    made_by(way, namespace, service(80, keep="1", legacy="x"))
    applied(
        api_server, make_plan(where, [manifest(service(80, keep="1", legacy="x"), where)], api_server, ADOPT)
    )

    later = manifest(service(81, keep="1"), where)
    applied(api_server, make_plan(where, [later], api_server))
    found = live(api_server, later)
    assert [port["port"] for port in found["spec"]["ports"]] == [81]
    assert "legacy" not in found["metadata"]["labels"]
    assert the_step(make_plan(where, [later], api_server)).action is Action.UNCHANGED


def test_a_changed_value_is_no_conflict_with_who_is_taken_over(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    made_by("kubectl-client-side-apply", namespace, deployment("main"))
    wanted = deployment("main")
    wanted["spec"]["replicas"] = 5
    ours = manifest(wanted, where)
    plan = make_plan(where, [ours], api_server, ADOPT)
    assert the_step(plan).action is Action.UPDATE
    applied(api_server, plan)
    assert live(api_server, ours)["spec"]["replicas"] == 5


def test_what_goes_is_no_obstacle_to_what_comes(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    """Until the fields are taken over, the server would have two ports of one name."""
    made_by("kubectl-client-side-apply", namespace, service(80))
    ours = manifest(service(81), where)
    plan = make_plan(where, [ours], api_server, ADOPT)
    step = the_step(plan)
    assert step.action is Action.UPDATE
    assert step.merged is not None
    assert [port["port"] for port in step.merged["spec"]["ports"]] == [81]
    applied(api_server, plan)
    assert [port["port"] for port in live(api_server, ours)["spec"]["ports"]] == [81]


def test_a_field_that_stays_is_named_with_its_owner(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    """As for objects that an earlier dlctl adopted: kubectl's fields were left with it."""
    made_by("kubectl-client-side-apply", namespace, service(80, legacy="x"))
    ours = manifest(service(80, legacy="x"), where)
    manager = where.managers.current
    api_server.apply(api_server.resource("v1", "Service"), ours.body, field_manager=manager)

    later = manifest(service(80), where)
    step = the_step(make_plan(where, [later], api_server))
    assert step.reason == ".metadata.labels.legacy stays: kubectl-client-side-apply owns it, too"
    assert step.hint == "pass --adopt to take over the fields of kubectl-client-side-apply"

    applied(api_server, make_plan(where, [later], api_server, ADOPT))
    assert "legacy" not in live(api_server, later)["metadata"]["labels"]
    assert the_step(make_plan(where, [later], api_server, ADOPT)).action is Action.UNCHANGED


def test_fields_of_other_managers_stay(api_server: Watched, namespace: Namespace, where: Scope) -> None:
    made_by("kubectl-client-side-apply", namespace, service(80))
    answer = namespace.kubectl("label", "service", "web", "team=a")
    assert answer.returncode == 0, answer.stderr
    ours = manifest(service(80), where)
    applied(api_server, make_plan(where, [ours], api_server, ADOPT))
    assert live(api_server, ours)["metadata"]["labels"]["team"] == "a"
