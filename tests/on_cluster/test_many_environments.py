"""Several environments in one command: in order, and one that fails hides nothing of the others."""

import pytest

from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, config, deployment, names_in

pytestmark = pytest.mark.controlplane


@pytest.fixture
def both(
    cluster_app: AppOnCluster, control_plane: ControlPlane, second_control_plane: ControlPlane
) -> AppOnCluster:
    """`dev` on the first cluster and `prod` on the second."""
    cluster_app.context("second", second_control_plane)
    cluster_app.environment("prod", pin=second_control_plane, context="second")
    cluster_app.component("web", config("page"))
    return cluster_app


def forget(cluster_app: AppOnCluster, control_plane: ControlPlane) -> None:
    control_plane.kubectl("delete", "namespace", cluster_app.namespace, "--wait=false", "--ignore-not-found")


def test_two_clusters_in_given_order(both: AppOnCluster, second_control_plane: ControlPlane) -> None:
    answer = both.run("apply", "prod", "dev", "prod").ok()
    # Both at once: every line names its environment.
    assert sorted(line.split(":")[0] for line in answer.out.splitlines()) == ["dev", "prod", "prod"]
    assert both.names("configmap") == ["page"]
    assert names_in(second_control_plane, both.namespace, "configmap") == ["page"]
    same = both.run("diff", "dev", "prod")
    assert same.code == 0
    state = both.run("status", "dev", "prod", "-o", "json").ok().json
    assert [item["scope"]["environment"] for item in state["items"]] == ["dev", "prod"]
    gone = both.run("delete", "dev", "prod", "--yes").ok()
    assert sorted(line.split(":")[0] for line in gone.out.splitlines()) == ["dev", "prod"]
    forget(both, second_control_plane)


def test_unreachable_cluster_stops_apply_before_first_write(both: AppOnCluster) -> None:
    both.context("second", both.control_plane, cluster={"server": "https://127.0.0.1:1"})
    answer = both.run("apply", "dev", "prod")
    assert answer.code == 1
    assert "prod: cannot connect to https://127.0.0.1:1 (context 'second')" in answer.err
    assert "nothing was applied to any environment" in answer.err
    assert both.names("configmap") == []


def test_refused_environment_stops_apply_before_first_write(
    both: AppOnCluster, second_control_plane: ControlPlane
) -> None:
    both.context("second", both.control_plane)
    answer = both.run("apply", "dev", "prod")
    assert answer.code == 1
    assert "environment prod is pinned to cluster" in answer.err
    assert both.names("configmap") == []


def test_reads_show_reachable_environments(both: AppOnCluster) -> None:
    both.context("second", both.control_plane, cluster={"server": "https://127.0.0.1:1"})
    differences = both.run("diff", "prod", "dev")
    assert differences.code == 2
    assert "dev: ConfigMap/page" in differences.out
    assert "prod: cannot connect to https://127.0.0.1:1 " in differences.err
    states = both.run("status", "prod", "dev")
    assert states.code == 1
    assert "cm/page" in states.out
    assert both.run("status", "prod", "dev", "-o", "json").json["items"][0]["scope"]["environment"] == "dev"


def test_failure_in_one_environment_does_not_stop_the_next(
    both: AppOnCluster, second_control_plane: ControlPlane
) -> None:
    """Both were planned and neither refused; every failure is told at the end."""
    second_control_plane.kubectl("create", "namespace", both.namespace)
    both.component("web", config("page"), {**config("broken"), "data": {"not a key!": "1"}})
    answer = both.run("apply", "dev", "prod")
    assert answer.code == 1
    assert "Error: dev: 1 object failed" in answer.err
    assert "Error: prod: 1 object failed" in answer.err
    assert names_in(second_control_plane, both.namespace, "configmap") == ["page"]
    forget(both, second_control_plane)


def test_nested_environment_is_named_by_path(cluster_app: AppOnCluster, control_plane: ControlPlane) -> None:
    cluster_app.environment("us-west/prod", pin=control_plane)
    cluster_app.component("web", deployment("web"))
    shown = cluster_app.run("diff", "us-west/prod")
    assert "--- us-west/prod: Deployment" in shown.out
    answer = cluster_app.run("apply", "us-west/prod").ok()
    assert "us-west/prod: Deployment.apps/web" in answer.out
    assert "us-west/prod: 1 created" in answer.err
    labels = cluster_app.get("deployment", "web")["metadata"]["labels"]
    assert labels["dlctl.dev/environment"] == "us-west.prod"


def test_two_environments_with_the_same_objects_are_refused_before_the_first_write(
    both: AppOnCluster,
) -> None:
    """Each plan is made before the other is applied, so neither sees whose object it will be."""
    both.environment("twin", pin=both.control_plane)
    for words in (["apply", "dev", "twin"], ["apply", "dev", "twin", "--dry-run"]):
        refused = both.run(*words)
        assert refused.code == 1
        assert "environments dev and twin have the same objects on the same cluster" in refused.err
        assert "ConfigMap/page" in refused.err
        assert both.names("configmap") == []
    assert both.run("diff", "dev", "twin").code == 2
    document = both.run("diff", "dev", "twin", "-o", "json").json
    assert [error["code"] for error in document["errors"]] == ["plan"]
    assert len(document["items"]) == 2


def test_two_environments_may_share_a_namespace(both: AppOnCluster, control_plane: ControlPlane) -> None:
    both.component("api", config("other"))
    both.environment("left", pin=control_plane, disabled=["api"])
    both.environment("right", pin=control_plane, disabled=["web"])
    both.run("apply", "left", "right").ok()
    assert both.names("configmap") == ["other", "page"]


@pytest.mark.parametrize("verb", ["apply", "delete"])
def test_a_dry_run_on_another_cluster_fails_as_the_run_would(both: AppOnCluster, verb: str) -> None:
    both.context("second", both.control_plane)
    answer = both.run(verb, "prod", "--dry-run")
    assert answer.code == 1
    assert "environment prod is pinned to cluster" in answer.err
    assert both.run(verb, "dev", "--dry-run").code == 0
