"""The ApplySet parent, what is no longer rendered, and its deletion."""

from typing import Any

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, Body, config, deployment
from tests.on_cluster.processes import on_terminal

pytestmark = pytest.mark.controlplane


def parent_of(app: AppOnCluster) -> dict[str, Any]:
    found: dict[str, Any] = app.get("configmap", f"dlctl.{app.namespace}.dev")["metadata"]
    return found


def kinds_of(app: AppOnCluster) -> str:
    return str(parent_of(app)["annotations"]["applyset.kubernetes.io/contains-group-kinds"])


def autoscaler(name: str) -> Body:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    spec = {"maxReplicas": 3, "scaleTargetRef": target}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name},
        "spec": spec,
    }


@pytest.fixture
def web(cluster_app: AppOnCluster) -> AppOnCluster:
    cluster_app.component("web", deployment("web"), autoscaler("web"))
    cluster_app.component("api", config("settings"))
    cluster_app.run("apply", "dev").ok()
    return cluster_app


def test_an_object_of_a_kind_that_is_no_longer_rendered_is_shown_and_pruned(web: AppOnCluster) -> None:
    assert kinds_of(web) == "ConfigMap,Deployment.apps,HorizontalPodAutoscaler.autoscaling"
    written = parent_of(web)["resourceVersion"]
    assert (web.run("diff", "dev").code, web.run("apply", "dev").code) == (0, 0)
    assert parent_of(web)["resourceVersion"] == written, "an unchanged apply writes nothing"

    web.component("web", deployment("web"))
    left = f"HorizontalPodAutoscaler.autoscaling/web in namespace {web.namespace}"
    noted = f"{left} is no longer rendered by component web and stays on the cluster"
    shown = web.run("diff", "dev").ok()
    assert noted in shown.err
    assert "'dlctl apply dev --prune' deletes 1 object of these" in shown.err
    assert noted in web.run("apply", "dev").ok().err
    assert "hpa/web (not rendered)" in web.run("status", "dev").ok().out
    assert "HorizontalPodAutoscaler" in kinds_of(web)

    planned = web.run("diff", "dev", "--prune")
    assert planned.code == 1
    assert "HorizontalPodAutoscaler.autoscaling/web" in planned.out
    assert "+++ would be deleted" in planned.out
    assert "1 to delete, 2 unchanged" in planned.err
    assert "1 deleted, 2 unchanged" in web.run("apply", "dev", "--prune").ok().err
    assert web.names("hpa") == []
    assert kinds_of(web) == "ConfigMap,Deployment.apps"
    assert web.run("diff", "dev", "--prune").code == 0


def unbound(name: str) -> Body:
    resources = {"requests": {"storage": "1Gi"}}
    spec = {"accessModes": ["ReadWriteOnce"], "storageClassName": "none", "resources": resources}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec}


def test_with_wait_nothing_is_deleted_before_what_was_applied_is_ready(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", deployment("old"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.component("web", unbound("new"))
    late = cluster_app.run("apply", "dev", "--prune", "--wait", "--timeout", "10s")
    assert late.code == 3
    assert "skipped: not deleted, because what was applied is not ready" in late.err
    assert "1 object not ready in time" in late.err
    assert cluster_app.names("deployment") == ["old"]

    cluster_app.component("web", config("new"))
    done = cluster_app.run("apply", "dev", "--prune", "--wait", "--timeout", "20s").ok()
    assert "1 deleted" in done.err
    assert cluster_app.names("deployment") == []


def volume(name: str) -> Body:
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/tmp/none"},
        "storageClassName": "none",
    }
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}


def kept(name: str, **annotations: str) -> Body:
    body = config(name)
    return {**body, "metadata": {**body["metadata"], "annotations": annotations}}


def test_what_a_prune_leaves_alone(cluster_app: AppOnCluster) -> None:
    """Protected kinds, marked objects, components that are not selected, and all if nothing is rendered."""
    disk = f"disk-{cluster_app.namespace}"
    marked = {"helm.sh/resource-policy": "keep"}
    cluster_app.component("web", config("page"), config("old"), volume(disk), kept("marked", **marked))
    cluster_app.component("api", config("settings"), config("unused"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.component("web", config("page"))
    cluster_app.component("api", config("settings"), config("old"))

    moved = cluster_app.run("diff", "dev", "-c", "web", "--prune")
    assert moved.code == 0, moved.out
    assert "no longer rendered by component web: component api renders it" in moved.err
    assert "unused" not in moved.err
    document = cluster_app.run("diff", "dev", "-c", "web", "--prune", "-o", "json").ok().json
    left = {
        each["object"]["name"]: (each["state"], each["reason"]) for each in document["items"][0]["leftovers"]
    }
    assert left == {
        "old": ("moved", "component api renders it"),
        disk: ("kept", "pass --prune-protected to delete it"),
        "marked": ("kept", "its annotation keeps it (helm.sh/resource-policy: keep)"),
    }

    done = cluster_app.run("apply", "dev", "--prune").ok()
    assert "1 deleted" in done.err
    assert cluster_app.names("configmap") == ["marked", "old", "page", "settings"]
    assert kinds_of(cluster_app) == "ConfigMap,PersistentVolume"
    assert f"pv/{disk} (not rendered)" in cluster_app.run("status", "dev").ok().out

    cluster_app.component("web")
    cluster_app.without("api")
    empty = cluster_app.run("apply", "dev", "--prune").ok()
    assert "stays on the cluster: nothing is rendered: pass --prune-all to delete it" in empty.err
    assert cluster_app.names("configmap") == ["marked", "old", "page", "settings"]
    cluster_app.run("apply", "dev", "--prune", "--prune-all", "--prune-protected").ok()
    assert cluster_app.names("configmap") == ["marked"]
    assert disk not in [each["metadata"]["name"] for each in cluster_app.control_plane.get("pv")["items"]]


def test_deletion_waits_for_every_apply(web: AppOnCluster) -> None:
    web.environment("dev", pin=web.control_plane, prune="always")
    web.component("web", deployment("web", replicas=1))
    web.component("api", {**config("wrong"), "immutable": "no"})
    failed = web.run("apply", "dev")
    assert failed.code == 1
    assert (web.names("hpa"), web.names("configmap")) == (["web"], ["settings"])
    assert "ConfigMap/settings" in failed.err
    assert "not deleted, because an earlier step failed" in failed.err
    web.component("api", config("right"))
    assert "2 deleted" in web.run("apply", "dev").ok().err
    assert (web.names("hpa"), web.names("configmap")) == ([], ["right"])
    assert web.run("diff", "dev", "--no-prune").code == 0


def test_kubectl_prunes_the_same_set_once_the_tooling_says_kubectl(cluster_app: AppOnCluster) -> None:
    control_plane, namespace = cluster_app.control_plane, cluster_app.namespace
    cluster_app.component("web", config("page"), config("old"), deployment("gone"), deployment("web"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.kubectl("create", "configmap", "theirs")
    cluster_app.component("web", config("page"), deployment("web"))
    document = cluster_app.run("diff", "dev", "--prune", "-o", "json").json
    deleted = {each["object"]["name"] for each in document["items"][0]["steps"] if each["action"] == "prune"}
    assert deleted == {"old", "gone"}

    parent = f"configmaps/dlctl.{namespace}.dev"
    words = ("--namespace", namespace, "apply", "--server-side", "--force-conflicts", "--prune")
    manifests = cluster_app.run("show", "dev").ok().out
    command = (*words, f"--applyset={parent}", "-f", "-")
    refused = control_plane.kubectl(*command, input=manifests)
    assert refused.returncode != 0
    assert "dlctl" in refused.stderr, "kubectl names the tool"
    tooling = "applyset.kubernetes.io/tooling=kubectl/v1.30.0"
    cluster_app.kubectl("annotate", parent, tooling, "--overwrite")
    pruned = control_plane.kubectl(*command, input=manifests)
    assert pruned.returncode == 0, pruned.stderr
    assert {
        line.split()[0].partition("/")[2] for line in pruned.stdout.splitlines() if "pruned" in line
    } == deleted
    assert cluster_app.names("configmap") == ["page", "theirs"]
    assert cluster_app.names("deployment") == ["web"]

    taken = cluster_app.run("apply", "dev")
    assert taken.code == 1
    assert "is the ApplySet parent of kubectl/v1." in taken.err
    assert "pass --adopt to take it over" in taken.err
    cluster_app.run("apply", "dev", "--adopt").ok()
    assert parent_of(cluster_app)["annotations"]["applyset.kubernetes.io/tooling"].startswith("dlctl/v")
    assert cluster_app.run("diff", "dev").code == 0

    # A parent of kro, and the annotation that older tools wrote: it alone says that there are Deployments.
    older = "applyset.kubernetes.io/contains-group-resources=configmaps,deployments.apps"
    of_kro = (
        "applyset.kubernetes.io/tooling=kro/v0.9.1",
        "applyset.kubernetes.io/contains-group-kinds-",
        older,
    )
    cluster_app.kubectl("annotate", parent, *of_kro, "--overwrite")
    cluster_app.component("web", config("page"))
    for verb in ("diff", "apply"):
        answer = cluster_app.run(verb, "dev", "--prune")
        assert "is the ApplySet parent of kro/v0.9.1" in answer.out + answer.err, verb
        assert "pass --adopt to take it over" in answer.out + answer.err
    assert cluster_app.names("deployment") == ["web"]
    assert "1 deleted" in cluster_app.run("apply", "dev", "--prune", "--adopt").ok().err
    assert kinds_of(cluster_app) == "ConfigMap"
    cluster_app.run("delete", "dev", "--yes").ok()
    left = [each["metadata"]["name"] for each in control_plane.get("-n", namespace, "configmap")["items"]]
    assert left == ["kube-root-ca.crt", "theirs"], "the parent goes with the last member"


def test_an_environment_applied_before_there_were_parents(cluster_app: AppOnCluster) -> None:
    """No difference but a note; objects of every kind are found; the next apply writes parent and labels."""
    cluster_app.component("web", config("page"), deployment("web"), autoscaler("web"))
    cluster_app.run("apply", "dev").ok()
    parent = f"configmap/dlctl.{cluster_app.namespace}.dev"
    cluster_app.kubectl("delete", parent)
    for name in ("configmap/page", "deployment/web", "hpa/web"):
        cluster_app.kubectl("label", name, "applyset.kubernetes.io/part-of-")
    cluster_app.component("web", config("page"), deployment("web"))
    shown = cluster_app.run("diff", "dev")
    assert shown.code == 0, shown.out
    assert (
        "an apply adds label applyset.kubernetes.io/part-of to 2 objects, and writes ConfigMap/dlctl."
        in shown.err
    )
    assert "HorizontalPodAutoscaler.autoscaling/web" in shown.err
    spec = cluster_app.get("deployment", "web")["spec"]
    assert "2 unchanged" in cluster_app.run("apply", "dev").ok().err
    assert cluster_app.get("deployment", "web")["spec"] == spec
    live = cluster_app.get("deployment", "web")["metadata"]
    assert (
        live["labels"]["applyset.kubernetes.io/part-of"]
        == parent_of(cluster_app)["labels"]["applyset.kubernetes.io/id"]
    )
    assert kinds_of(cluster_app) == "ConfigMap,Deployment.apps,HorizontalPodAutoscaler.autoscaling"
    assert "an apply adds" not in cluster_app.run("diff", "dev").ok().err


def test_a_deletion_is_shown_and_confirmed_on_a_terminal(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", config("page"), config("old"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.component("web", config("page"))
    refused = on_terminal(cluster_app, "apply", "dev", "--prune", typed="n\n")
    assert refused.code == 1
    assert "would be deleted" in refused.out
    assert "1 to delete, 1 unchanged. Apply?" in refused.out.replace("\r\n", " ")
    assert cluster_app.names("configmap") == ["old", "page"]
    assert on_terminal(cluster_app, "apply", "dev", "--prune", typed="y\n").code == 0
    assert cluster_app.names("configmap") == ["page"]
