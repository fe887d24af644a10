"""Delete takes what is ours, backwards, and nothing else."""

import json
from pathlib import Path

import pytest

from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import (
    AppOnCluster,
    Body,
    config,
    custom,
    definition,
    deployment,
    names_in,
)

pytestmark = pytest.mark.controlplane


@pytest.fixture
def web(cluster_app: AppOnCluster) -> AppOnCluster:
    cluster_app.component("web", config("page"), deployment("web"))
    cluster_app.component("api", config("settings"))
    cluster_app.run("apply", "dev").ok()
    return cluster_app


def claim(name: str) -> Body:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec}


def test_delete_uses_reverse_order(web: AppOnCluster) -> None:
    answer = web.run("delete", "dev", "--yes").ok()
    lines = answer.out.splitlines()
    assert "Deployment.apps/web" in lines[0]
    assert all("ConfigMap" in line for line in lines[1:])
    assert "3 deleted" in answer.err
    assert (web.names("deployment"), web.names("configmap")) == ([], [])
    again = web.run("delete", "dev", "--yes").ok()
    assert "nothing to do" in again.err


def test_delete_keeps_objects_of_other_apps(web: AppOnCluster, control_plane: ControlPlane) -> None:
    web.kubectl("create", "configmap", "unlabelled")
    web.environment("prod", pin=control_plane)
    web.write_app("other-shop")
    assert "nothing to do" in web.run("delete", "dev", "--yes").ok().err
    web.write_app()
    assert "nothing to do" in web.run("delete", "prod", "--yes").ok().err
    assert web.names("configmap") == ["page", "settings", "unlabelled"]
    web.run("delete", "dev", "--yes").ok()
    assert web.names("configmap") == ["unlabelled"]


def test_delete_of_one_component(web: AppOnCluster) -> None:
    web.run("delete", "dev", "-c", "web", "--yes").ok()
    assert web.names("configmap") == ["settings"]


def test_delete_finds_component_removed_from_the_app(web: AppOnCluster) -> None:
    web.without("api")
    noted = web.run("diff", "dev")
    assert f"ConfigMap/settings in namespace {web.namespace} is no longer rendered" in noted.err
    web.run("delete", "dev", "-c", "api", "--yes").ok()
    assert web.names("configmap") == ["page"]


def test_an_app_without_an_id_keeps_objects_of_components_that_it_does_not_have(web: AppOnCluster) -> None:
    """Another app of this name may own them: only the id tells the two apart."""
    web.without("api")
    answer = web.run("delete", "dev", "--yes").ok()
    assert "1 object of component api kept: this app does not have it, and has no id" in answer.err
    assert web.names("configmap") == ["settings"]
    web.run("delete", "dev", "-c", "api", "--yes").ok()
    assert web.names("configmap") == []


def test_status_finds_a_component_that_was_removed_or_disabled(
    web: AppOnCluster, control_plane: ControlPlane
) -> None:
    web.environment("dev", pin=control_plane, disabled=["web"])
    web.without("api")
    removed = web.run("status", "dev", "-c", "api").ok()
    assert "cm/settings (not rendered)" in removed.out
    assert "page" not in removed.out
    disabled = web.run("status", "dev", "-c", "web").ok()
    assert "cm/page (not rendered)" in disabled.out
    assert "settings" not in disabled.out
    compared = web.run("diff", "dev", "-c", "api")
    assert (compared.code, "'dlctl status dev -c NAME' lists its objects" in compared.err) == (2, True)
    misspelt = web.run("status", "dev", "-c", "wbe")
    assert (misspelt.code, "component 'wbe' not found" in misspelt.err) == (1, True)


def test_a_removed_component_with_protected_objects_only_is_known(web: AppOnCluster) -> None:
    web.component("data", claim("data"))
    web.run("apply", "dev", "-c", "data").ok()
    web.without("data")
    answer = web.run("delete", "dev", "-c", "data", "--yes").ok()
    assert "PersistentVolumeClaim/data" in answer.err
    assert "is kept (pass --prune-protected to delete it)" in answer.err
    assert "has no objects" not in answer.err
    assert web.names("persistentvolumeclaim") == ["data"]


def test_a_disabled_component_can_be_deleted(web: AppOnCluster, control_plane: ControlPlane) -> None:
    web.environment("dev", pin=control_plane, disabled=["api"])
    web.run("delete", "dev", "-c", "api", "--yes").ok()
    assert web.names("configmap") == ["page"]


def test_a_misspelt_component_is_an_error(web: AppOnCluster) -> None:
    for words in ((), ("--dry-run",)):
        answer = web.run("delete", "dev", "-c", "wbe", "--yes", *words)
        assert answer.code == 1
        assert "component 'wbe' is not in this app and has no objects in environment dev" in answer.err
        assert "did you mean" not in answer.err, "a command that deletes suggests no other component"
    assert web.names("configmap") == ["page", "settings"]


def test_delete_keeps_same_app_name_in_other_namespace(
    web: AppOnCluster, control_plane: ControlPlane
) -> None:
    """Two people follow one tutorial on one cluster, each in a namespace of his own."""
    other = f"{web.namespace}-theirs"
    app = web.project.read("dlctl.yaml")
    web.environment("dev", pin=control_plane, namespace=other)
    web.run("apply", "dev").ok()

    answer = web.run("delete", "dev", "--yes").ok()

    assert f"3 objects in namespace {web.namespace} kept" in answer.err
    assert names_in(control_plane, other, "configmap") == []
    assert web.names("configmap") == ["page", "settings"]
    assert web.project.read("dlctl.yaml") == app
    web.run("delete", "dev", "--yes", "--all-namespaces").ok()
    assert web.names("configmap") == []
    control_plane.kubectl("delete", "namespace", other, "--wait=false")


def test_delete_keeps_protected_kinds_without_prune_protected(
    cluster_app: AppOnCluster, group: str, control_plane: ControlPlane
) -> None:
    name = f"{cluster_app.namespace}-made"
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    cluster_app.component("store", claim("data"), definition(group), custom(group, "first"), space)
    cluster_app.run("apply", "dev").ok()
    answer = cluster_app.run("delete", "dev", "--yes").ok()
    assert f"CustomResourceDefinition.apiextensions.k8s.io/widgets.{group} is kept" in answer.err
    assert cluster_app.names("persistentvolumeclaim") == ["data"]
    assert cluster_app.names(f"widgets.{group}") == []
    assert control_plane.kubectl("get", "namespace", name).returncode == 0

    cluster_app.run("delete", "dev", "--yes", "--prune-protected").ok()
    assert cluster_app.names("persistentvolumeclaim") == []
    assert control_plane.kubectl("get", "crd", f"widgets.{group}").returncode != 0
    assert control_plane.kubectl("get", "namespace", name).returncode != 0


def test_delete_keeps_namespace_created_by_dlctl(
    cluster_app: AppOnCluster, control_plane: ControlPlane
) -> None:
    name = f"{cluster_app.namespace}-new"
    cluster_app.environment("dev", pin=control_plane, namespace=name)
    cluster_app.component("web", config("page"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.run("delete", "dev", "--yes", "--prune-protected").ok()
    assert control_plane.kubectl("get", "namespace", name).returncode == 0
    control_plane.kubectl("delete", "namespace", name, "--wait=false")


def test_delete_names_blocking_finalizer(cluster_app: AppOnCluster) -> None:
    held = {**config("held"), "metadata": {"name": "held", "finalizers": ["example.com/hold"]}}
    cluster_app.component("web", held)
    cluster_app.run("apply", "dev").ok()
    answer = cluster_app.run("delete", "dev", "--yes", "--timeout", "1")
    cluster_app.kubectl(
        "patch", "configmap", "held", "--type=merge", "-p", json.dumps({"metadata": {"finalizers": None}})
    )
    assert answer.code == 3
    assert "ConfigMap/held" in answer.err
    assert "example.com/hold" in answer.err


def test_delete_without_terminal_needs_yes(web: AppOnCluster) -> None:
    answer = web.run("delete", "dev")
    assert answer.code == 2
    assert "--yes" in answer.err
    assert web.names("configmap") == ["page", "settings"]


def test_a_dry_run_lists_and_deletes_nothing(web: AppOnCluster) -> None:
    answer = web.run("delete", "dev", "--dry-run").ok()
    assert f"dev: Deployment.apps/web (namespace {web.namespace}) would be deleted" in answer.out
    assert "dev: 3 to delete" in answer.err
    assert web.names("configmap") == ["page", "settings"]


def test_protected_environment_needs_confirmation(
    cluster_app: AppOnCluster, control_plane: ControlPlane
) -> None:
    cluster_app.environment("dev", pin=control_plane, protected=True)
    cluster_app.component("web", config("page"))
    answer = cluster_app.run("apply", "dev")
    assert answer.code == 2
    assert "protected" in answer.err
    assert cluster_app.names("configmap") == []
    cluster_app.run("apply", "dev", "--dry-run").ok()
    cluster_app.run("apply", "dev", "--yes").ok()


def test_delete_works_with_a_broken_template(web: AppOnCluster) -> None:
    web.template("web", "kind: {{ nonsense }}\n")
    assert web.run("show", "dev").code == 1
    web.run("delete", "dev", "--yes").ok()
    assert web.names("configmap") == []


def test_no_command_touches_the_kubeconfig(web: AppOnCluster) -> None:
    def state(path: Path) -> tuple[bytes, int, list[str]]:
        return path.read_bytes(), path.stat().st_mtime_ns, sorted(each.name for each in path.parent.iterdir())

    before = state(web.kubeconfig)
    web.run("env", "add", "more", "--context", "first").ok()
    web.run("env", "set", "dev", "--pin").ok()
    for words in (("apply", "dev"), ("diff", "dev"), ("status", "dev"), ("delete", "dev", "--yes")):
        web.run(*words).ok()
    assert state(web.kubeconfig) == before
