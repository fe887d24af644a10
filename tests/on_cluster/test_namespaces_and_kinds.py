"""What must be there before an object can be: its namespace, and its kind."""

import uuid
from collections.abc import Iterator

import pytest

from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, config, custom, definition, deployment, names_in

pytestmark = pytest.mark.controlplane


@pytest.fixture
def fresh(cluster_app: AppOnCluster, control_plane: ControlPlane) -> Iterator[str]:
    """A namespace that is not there yet, which environment `dev` names."""
    name = f"fresh-{uuid.uuid4().hex[:8]}"
    cluster_app.environment("dev", pin=control_plane, namespace=name)
    cluster_app.component("web", config("page"))
    yield name
    control_plane.kubectl("delete", "namespace", name, "--wait=false")


def test_missing_namespace_is_planned_and_created(
    cluster_app: AppOnCluster, fresh: str, control_plane: ControlPlane
) -> None:
    shown = cluster_app.run("diff", "dev")
    assert shown.code == 1
    assert f"Namespace/{fresh}" in shown.out
    answer = cluster_app.run("apply", "dev").ok()
    assert f"dev: Namespace/{fresh} created" in answer.out
    assert names_in(control_plane, fresh, "configmap") == ["page"]


def test_missing_namespace_with_no_create_namespace(
    cluster_app: AppOnCluster, fresh: str, control_plane: ControlPlane
) -> None:
    answer = cluster_app.run("apply", "dev", "--no-create-namespace")
    assert answer.code == 1
    assert f"namespace {fresh} does not exist" in answer.err
    assert f"kubectl create namespace {fresh}" in answer.err
    assert control_plane.kubectl("get", "namespace", fresh).returncode != 0


def test_terminating_namespace(cluster_app: AppOnCluster, fresh: str, control_plane: ControlPlane) -> None:
    held = {**config("held"), "metadata": {"name": "held", "finalizers": ["example.com/hold"]}}
    cluster_app.run("apply", "dev").ok()
    made = cluster_app.control_plane.kubectl(
        "-n", fresh, "apply", "-f", "-", input=str(held).replace("'", '"')
    )
    assert made.returncode == 0, made.stderr
    control_plane.kubectl("delete", "namespace", fresh, "--wait=false")
    answer = cluster_app.run("apply", "dev")
    control_plane.kubectl(
        "-n", fresh, "patch", "configmap", "held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}'
    )
    assert answer.code == 1
    assert f"namespace {fresh} is being deleted" in answer.err


def test_apply_crd_and_its_object_together(cluster_app: AppOnCluster, group: str) -> None:
    cluster_app.component("operator", definition(group))
    cluster_app.component("job", custom(group, "first", size=3))
    shown = cluster_app.run("diff", "dev")
    assert "its kind is defined in this plan" in shown.out
    cluster_app.run("apply", "dev").ok()
    assert cluster_app.get(f"widgets.{group}", "first")["spec"] == {"size": 3}
    assert "2 unchanged" in cluster_app.run("apply", "dev").ok().err


def test_crd_that_is_never_established(cluster_app: AppOnCluster, group: str) -> None:
    """Its names are another's already, so the server accepts it and never serves it."""
    cluster_app.component("operator", definition(group))
    cluster_app.run("apply", "dev").ok()
    clash = definition(group)
    clash["metadata"]["name"] = f"gadgets.{group}"
    clash["spec"]["names"] = {"kind": "Widget", "plural": "gadgets", "singular": "gadget"}
    cluster_app.component("clash", clash, custom(group, "mine"), config("after"))
    cluster_app.component("web", config("page"))
    answer = cluster_app.run("apply", "dev", "--timeout", "8")
    assert answer.code in (1, 3)
    assert f"gadgets.{group}" in answer.err
    assert "already" in answer.err
    assert "page" in cluster_app.names("configmap")


def test_a_misspelt_field_is_named(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", deployment("web", replicsa=3))
    created = cluster_app.run("apply", "dev")
    assert created.code == 1
    assert ".spec.replicsa" in created.err
    assert f"Deployment.apps/web (namespace {cluster_app.namespace})" in created.err
    cluster_app.component("web", deployment("web"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.component("web", deployment("web", replicsa=3))
    for words, code in ((("apply", "dev"), 1), (("diff", "dev"), 2)):
        changed = cluster_app.run(*words)
        assert changed.code == code
        assert ".spec.replicsa" in changed.out + changed.err


def test_failure_stops_only_dependent_objects(cluster_app: AppOnCluster) -> None:
    broken = {**config("settings"), "data": {"not a key!": "1"}}
    cluster_app.component("api", broken, deployment("api"))
    cluster_app.component("web", config("page"), deployment("web"))
    answer = cluster_app.run("apply", "dev")
    assert answer.code == 1
    assert cluster_app.names("deployment") == ["web"]
    assert cluster_app.names("configmap") == ["page"]
    assert "2 created" in answer.err
    assert "1 failed" in answer.err
    assert "1 skipped" in answer.err
    assert "Deployment.apps/api" in answer.err
    assert "not a key!" in answer.err
    cluster_app.component("api", config("settings"), deployment("api"))
    assert "2 created, 2 unchanged" in cluster_app.run("apply", "dev").ok().err
