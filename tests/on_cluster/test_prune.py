"""The ApplySet parent, what is no longer rendered, and its deletion."""

from typing import Any

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, Body, config, deployment

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
    assert (web.run("diff", "dev").code, parent_of(web)["generation" if False else "name"]) == (
        0,
        f"dlctl.{web.namespace}.dev",
    )

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
    assert "nothing to do" not in web.run("diff", "dev", "--prune").ok().err
