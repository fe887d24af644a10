"""What must be there before an object can be: its namespace, and its kind."""

import uuid
from collections.abc import Iterator

import pytest

from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import Desk, config, custom, definition, deployment, names_in

pytestmark = pytest.mark.controlplane


@pytest.fixture
def fresh(desk: Desk, control_plane: ControlPlane) -> Iterator[str]:
    """A namespace that is not there yet, which environment `dev` names."""
    name = f"fresh-{uuid.uuid4().hex[:8]}"
    desk.environment("dev", pin=control_plane, namespace=name)
    desk.component("web", config("page"))
    yield name
    control_plane.kubectl("delete", "namespace", name, "--wait=false")


def test_missing_namespace_is_planned_and_created(
    desk: Desk, fresh: str, control_plane: ControlPlane
) -> None:
    shown = desk.run("diff", "dev")
    assert shown.code == 1
    assert f"Namespace/{fresh}" in shown.out
    answer = desk.run("apply", "dev").ok()
    assert f"dev: Namespace/{fresh} created" in answer.out
    assert names_in(control_plane, fresh, "configmap") == ["page"]


def test_missing_namespace_with_no_create_namespace(
    desk: Desk, fresh: str, control_plane: ControlPlane
) -> None:
    answer = desk.run("apply", "dev", "--no-create-namespace")
    assert answer.code == 1
    assert f"namespace {fresh} does not exist" in answer.err
    assert f"kubectl create namespace {fresh}" in answer.err
    assert control_plane.kubectl("get", "namespace", fresh).returncode != 0


def test_terminating_namespace(desk: Desk, fresh: str, control_plane: ControlPlane) -> None:
    held = {**config("held"), "metadata": {"name": "held", "finalizers": ["example.com/hold"]}}
    desk.run("apply", "dev").ok()
    made = desk.control_plane.kubectl("-n", fresh, "apply", "-f", "-", input=str(held).replace("'", '"'))
    assert made.returncode == 0, made.stderr
    control_plane.kubectl("delete", "namespace", fresh, "--wait=false")
    answer = desk.run("apply", "dev")
    control_plane.kubectl(
        "-n", fresh, "patch", "configmap", "held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}'
    )
    assert answer.code == 1
    assert f"namespace {fresh} is being deleted" in answer.err


def test_apply_crd_and_its_object_together(desk: Desk, group: str) -> None:
    desk.component("operator", definition(group))
    desk.component("job", custom(group, "first", size=3))
    shown = desk.run("diff", "dev")
    assert "its kind is defined in this plan" in shown.out
    desk.run("apply", "dev").ok()
    assert desk.get(f"widgets.{group}", "first")["spec"] == {"size": 3}
    assert "2 unchanged" in desk.run("apply", "dev").ok().err


def test_crd_that_is_never_established(desk: Desk, group: str) -> None:
    """Its names are another's already, so the server accepts it and never serves it."""
    desk.component("operator", definition(group))
    desk.run("apply", "dev").ok()
    clash = definition(group)
    clash["metadata"]["name"] = f"gadgets.{group}"
    clash["spec"]["names"] = {"kind": "Widget", "plural": "gadgets", "singular": "gadget"}
    desk.component("clash", clash, custom(group, "mine"), config("after"))
    desk.component("web", config("page"))
    answer = desk.run("apply", "dev", "--timeout", "1")
    assert answer.code in (1, 3)
    assert f"gadgets.{group}" in answer.err
    assert "already" in answer.err
    assert "page" in desk.names("configmap")


def test_a_misspelt_field_is_named(desk: Desk) -> None:
    desk.component("web", deployment("web", replicsa=3))
    created = desk.run("apply", "dev")
    assert created.code == 1
    assert ".spec.replicsa" in created.err
    assert f"Deployment.apps/web (namespace {desk.namespace})" in created.err
    desk.component("web", deployment("web"))
    desk.run("apply", "dev").ok()
    desk.component("web", deployment("web", replicsa=3))
    for words in (("apply", "dev"), ("diff", "dev")):
        changed = desk.run(*words)
        assert changed.code == 1
        assert ".spec.replicsa" in changed.out + changed.err


def test_failure_stops_only_dependent_objects(desk: Desk) -> None:
    broken = {**config("settings"), "data": {"not a key!": "1"}}
    desk.component("api", broken, deployment("api"))
    desk.component("web", config("page"), deployment("web"))
    answer = desk.run("apply", "dev")
    assert answer.code == 1
    assert desk.names("deployment") == ["web"]
    assert desk.names("configmap") == ["page"]
    assert "2 created" in answer.err
    assert "1 failed" in answer.err
    assert "1 skipped" in answer.err
    assert "Deployment.apps/api" in answer.err
    assert "not a key!" in answer.err
    desk.component("api", config("settings"), deployment("api"))
    assert "2 created, 2 unchanged" in desk.run("apply", "dev").ok().err
