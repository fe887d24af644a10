"""Apply, delete and status on a real control plane, with its controllers at work."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from dlctl.deploy.apply import apply_plan
from dlctl.deploy.delete import delete_plan
from dlctl.deploy.model import Result
from dlctl.deploy.options import DeployOptions
from dlctl.errors import NotReady
from dlctl.events import Event, Note
from dlctl.labels import COMPONENT
from dlctl.manifest import Manifest
from dlctl.plan.deletion import plan_delete
from dlctl.plan.live.status import status_of
from dlctl.plan.model import Action, Scope
from dlctl.plan.planner import make_plan
from dlctl.status import Status, Verdict
from tests.controlplane import ControlPlane, Namespace
from tests.deploy.runs import delete_target
from tests.plan.targets import Watched, actions, config, manifest, scope, widget_definition

pytestmark = pytest.mark.controlplane


@pytest.fixture
def app() -> str:
    """An app of one's own: labels reach over all namespaces."""
    return f"shop-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def where(namespace: Namespace, app: str) -> Scope:
    return scope(namespace.name, app=app)


@pytest.fixture
def group() -> str:
    return f"g{uuid.uuid4().hex[:8]}.dlctl.dev"


def web(where: Scope, replicas: int = 2) -> list[Manifest]:
    """A Deployment with its Service: controllers copy their labels to what they make."""
    labels = {"app": "web", **where.labels, COMPONENT: "web"}
    container = {"name": "main", "image": "nginx", "ports": [{"containerPort": 80}]}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
    }
    return [manifest(service, where), manifest(deployment, where)]


def claim(where: Scope) -> Manifest:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    body = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": spec}
    return manifest(body, where)


def apply(cluster: Watched, where: Scope, manifests: list[Manifest]) -> None:
    report = apply_plan(make_plan(where, manifests, cluster), cluster)
    assert report.succeeded, [str(problem) for problem in (report.error() or NotReady("")).problems]


def states(cluster: Watched, where: Scope, manifests: list[Manifest]) -> dict[str, Verdict]:
    return {
        f"{status.ref.kind}/{status.ref.name}": status.verdict
        for status in status_of(where, manifests, cluster)
    }


def eventually(look: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it becomes true in the cluster's own time."""
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def test_apply_crd_and_its_object_together(api_server: Watched, where: Scope, group: str) -> None:
    widget = {"apiVersion": f"{group}/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"size": 1}}
    manifests = [
        manifest(widget, where),
        manifest(widget_definition(group), where, "crd", namespaced=False),
    ]
    report = apply_plan(make_plan(where, manifests, api_server), api_server)
    assert report.succeeded, report.error()
    assert report.counts == {Action.CREATE: 2}
    assert make_plan(where, manifests, api_server).count(Action.UNCHANGED) == 2


def test_apply_new_crd_version_and_its_object_together(api_server: Watched, where: Scope, group: str) -> None:
    def both(version: str) -> list[Manifest]:
        definition = widget_definition(group)
        (first,) = definition["spec"]["versions"]
        if version == "v2":
            definition["spec"]["versions"].append({**first, "name": "v2", "storage": False})
        spec: dict[str, Any] = {"size": int(version[1:])}
        spec |= {"color": "red"} if version == "v1" else {}
        widget = {
            "apiVersion": f"{group}/{version}",
            "kind": "Widget",
            "metadata": {"name": "w"},
            "spec": spec,
        }
        return [manifest(definition, where, "crd", namespaced=False), manifest(widget, where)]

    apply(api_server, where, both("v1"))
    plan = make_plan(where, both("v2"), api_server)
    assert [step.action for step in plan.steps] == [Action.UPDATE, Action.UPDATE]
    assert "estimate" in plan.steps[1].reason
    assert [(change.op, change.pointer) for change in plan.steps[1].changes] == [
        ("replace", "/apiVersion"),
        ("remove", "/spec/color"),
        ("replace", "/spec/size"),
    ]

    report = apply_plan(plan, api_server)
    assert report.succeeded, report.error()
    assert make_plan(where, both("v2"), api_server).count(Action.UNCHANGED) == 2


def test_run_interrupted_after_the_crd_is_continued(api_server: Watched, where: Scope, group: str) -> None:
    definition = manifest(widget_definition(group), where, "crd", namespaced=False)
    widget = {"apiVersion": f"{group}/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"size": 1}}
    plan = make_plan(where, [definition, manifest(widget, where)], api_server)
    api_server.apply(api_server.resource(*definition.api_key), definition.body, field_manager="shop")
    unchanged = replace(plan.steps[0], action=Action.UNCHANGED)

    report = apply_plan(replace(plan, steps=(unchanged, *plan.steps[1:])), api_server)

    assert report.succeeded, report.error()


def test_missing_namespace_is_created_first_and_not_deleted(
    api_server: Watched, control_plane: ControlPlane, app: str
) -> None:
    where = scope(f"made-{uuid.uuid4().hex[:8]}", app=app)
    manifests = [config(f"c{number}", where) for number in range(5)]
    apply(api_server, where, manifests)
    assert delete_target(where, api_server).counts == {Action.PRUNE: 5}
    made = control_plane.get("namespace", where.namespace)
    assert made["status"]["phase"] == "Active"
    assert "dlctl.dev/app" not in made["metadata"]["labels"]
    control_plane.kubectl("delete", "namespace", where.namespace, "--wait=false")


def test_a_change_between_plan_and_apply_is_a_conflict(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    apply(api_server, where, [config("c", where, a="1")])
    plan = make_plan(where, [config("c", where, a="2")], api_server)
    edited = namespace.kubectl("patch", "configmap", "c", "--type=merge", "-p", '{"data":{"a":"edited"}}')
    assert edited.returncode == 0, edited.stderr

    report = apply_plan(plan, api_server)

    (failure,) = report.having(Result.FAILED)
    assert failure.error is not None
    assert "kubectl" in failure.error.message
    assert namespace.get("configmap", "c")["data"] == {"a": "edited"}


def test_status_follows_a_rollout(api_server: Watched, namespace: Namespace, where: Scope) -> None:
    manifests = web(where)
    assert states(api_server, where, manifests)["Deployment/web"].status is Status.NOT_FOUND
    apply(api_server, where, manifests)

    def done() -> bool:
        verdict = states(api_server, where, manifests)["Deployment/web"]
        assert verdict.status in (Status.IN_PROGRESS, Status.CURRENT), verdict
        return verdict.status is Status.CURRENT

    assert eventually(done)
    assert states(api_server, where, manifests)["Deployment/web"].message == "2 of 2 replicas ready"


def test_status_lists_leftovers_but_not_objects_of_controllers(api_server: Watched, where: Scope) -> None:
    manifests = [*web(where), config("old", where)]
    apply(api_server, where, manifests)

    assert eventually(lambda: states(api_server, where, manifests)["Deployment/web"].is_final)
    listed = status_of(where, manifests[:2], api_server)
    assert [(str(status.ref.group_kind), status.extra) for status in listed] == [
        ("ConfigMap", True),
        ("Service", False),
        ("Deployment.apps", False),
    ]


def test_status_of_a_kind_that_is_not_served(api_server: Watched, where: Scope, group: str) -> None:
    widget = manifest({"apiVersion": f"{group}/v1", "kind": "Widget", "metadata": {"name": "w"}}, where)
    verdict = states(api_server, where, [widget])["Widget/w"]
    assert verdict == Verdict(Status.NOT_FOUND, "the cluster does not serve this kind")


def test_delete_keeps_claims_and_unmanaged_objects(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    others = scope(namespace.name, app=f"{where.app}-other")
    apply(api_server, where, [*web(where), config("ours", where), claim(where)])
    apply(api_server, others, [config("theirs", others)])
    labelled = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "copied", "labels": where.labels},
    }
    assert namespace.kubectl("apply", "-f", "-", input=json.dumps(labelled)).returncode == 0

    events: list[Event] = []
    plan = plan_delete(where, api_server, emit=events.append)
    assert [str(step.ref.group_kind) for step in plan.steps] == ["Deployment.apps", "Service", "ConfigMap"]
    assert any("PersistentVolumeClaim/data" in event.text for event in events if isinstance(event, Note))
    report = delete_plan(plan, api_server)

    assert report.succeeded, report.error()
    left = namespace.get("configmap,persistentvolumeclaim,service,deployment,pod,replicaset")["items"]
    names = {f"{item['kind']}/{item['metadata']['name']}" for item in left}
    assert names == {
        "ConfigMap/theirs",
        f"ConfigMap/dlctl.{where.app}-other.test",
        f"ConfigMap/dlctl.{where.app}.test",  # it lists PersistentVolumeClaim
        "ConfigMap/copied",
        "ConfigMap/kube-root-ca.crt",
        "PersistentVolumeClaim/data",
    }


def test_delete_of_one_component_leaves_the_others(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    apply(api_server, where, [config("a", where, "one"), config("b", where, "two")])
    report = delete_target(scope(namespace.name, "one", app=where.app), api_server)
    assert [outcome.ref.name for outcome in report.outcomes] == ["a"]
    assert report.outcomes[0].component == "one"
    assert namespace.get("configmap", "b")["metadata"]["name"] == "b"


def test_prune_protected_deletes_protected_kinds(api_server: Watched, where: Scope, group: str) -> None:
    widget = {"apiVersion": f"{group}/v1", "kind": "Widget", "metadata": {"name": "w"}}
    definition = manifest(widget_definition(group), where, "crd", namespaced=False)
    apply(api_server, where, [definition, manifest(widget, where)])
    report = delete_target(where, api_server, prune_protected=True)
    assert report.succeeded, report.error()
    assert [outcome.ref.kind for outcome in report.outcomes] == ["Widget", "CustomResourceDefinition"]


def test_hanging_deletion_names_finalizers(api_server: Watched, namespace: Namespace, where: Scope) -> None:
    body: dict[str, Any] = dict(web(where)[1].body)
    body["metadata"] = {**body["metadata"], "finalizers": ["example.com/held"]}
    held = manifest(body, where)
    apply(api_server, where, [held, config("c", where)])

    report = delete_target(where, api_server, DeployOptions(timeout=1))

    error = report.error()
    assert isinstance(error, NotReady)
    assert "example.com/held" in error.problems[0].message
    assert [outcome.result for outcome in report.outcomes] == [Result.FAILED, Result.SKIPPED]
    namespace.kubectl("patch", "deployment", "web", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')


def test_delete_keeps_a_new_object_of_the_same_name(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    apply(api_server, where, [config("c", where)])
    plan = plan_delete(where, api_server)
    assert namespace.kubectl("delete", "configmap", "c").returncode == 0
    assert namespace.kubectl("create", "configmap", "c").returncode == 0
    assert delete_plan(plan, api_server).succeeded
    assert namespace.get("configmap", "c")["metadata"]["name"] == "c"


def test_a_second_deletion_finds_nothing(api_server: Watched, where: Scope) -> None:
    apply(api_server, where, [config("c", where)])
    assert delete_target(where, api_server).counts == {Action.PRUNE: 1}
    assert delete_target(where, api_server).outcomes == ()
    assert actions(make_plan(where, [config("c", where)], api_server)) == {"ConfigMap/c": Action.CREATE}


def test_status_reads_again_where_a_kind_is_gone(
    control_plane: ControlPlane, api_server: Watched, where: Scope, group: str
) -> None:
    """The cached discovery still has the kind, whose definition somebody deleted."""
    widget = {"apiVersion": f"{group}/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"size": 1}}
    manifests = [manifest(widget, where), config("c", where)]
    definition = manifest(widget_definition(group), where, "crd", namespaced=False)
    apply(api_server, where, [definition, *manifests])
    assert states(api_server, where, manifests)["Widget/w"].status is not Status.NOT_FOUND

    deleted = control_plane.kubectl("delete", "crd", definition.ref.name)
    assert deleted.returncode == 0, deleted.stderr
    found = states(api_server, where, manifests)
    assert found["Widget/w"] == Verdict(Status.NOT_FOUND, "the cluster does not serve this kind")
    assert found["ConfigMap/c"].status is Status.CURRENT


def test_a_kind_whose_conversion_webhook_is_down_hides_no_other(
    control_plane: ControlPlane, api_server: Watched, where: Scope, group: str
) -> None:
    definition = widget_definition(group)
    (first,) = definition["spec"]["versions"]
    definition["spec"]["versions"] = [
        {**first, "name": "v1beta1"},
        {**first, "name": "v1", "storage": False},
    ]
    stored = {"apiVersion": f"{group}/v1beta1", "kind": "Widget", "metadata": {"name": "theirs"}, "spec": {}}
    apply(
        api_server,
        where,
        [manifest(definition, where, "crd", namespaced=False), manifest(stored, where), config("c", where)],
    )
    service = {"name": "nowhere", "namespace": where.namespace}
    webhook = {"conversionReviewVersions": ["v1"], "clientConfig": {"service": service}}
    convert(control_plane, definition, {"strategy": "Webhook", "webhook": webhook})
    try:
        widget = manifest({**stored, "apiVersion": f"{group}/v1", "metadata": {"name": "mine"}}, where)
        manifests = [widget, config("c", where)]
        assert eventually(
            lambda: states(api_server, where, manifests)["Widget/mine"].status is Status.UNKNOWN
        )
        found = states(api_server, where, manifests)
        assert "conversion webhook" in found["Widget/mine"].message
        assert found["ConfigMap/c"].status is Status.CURRENT
        plan = make_plan(where, manifests, api_server)
        assert actions(plan) == {"Widget/mine": Action.UNKNOWN, "ConfigMap/c": Action.UNCHANGED}
        assert plan.failed
    finally:
        convert(control_plane, definition, {"strategy": "None", "webhook": None})
        control_plane.kubectl("delete", "crd", definition["metadata"]["name"])


def convert(control_plane: ControlPlane, definition: dict[str, Any], conversion: dict[str, Any]) -> None:
    """Set how the versions of a kind are converted."""
    patch = json.dumps({"spec": {"conversion": conversion}})
    name = definition["metadata"]["name"]
    changed = control_plane.kubectl("patch", "crd", name, "--type=merge", "-p", patch)
    assert changed.returncode == 0, changed.stderr
