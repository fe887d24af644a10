"""`dlctl env rm` of an environment whose objects are on its cluster."""

import pytest

from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, config

pytestmark = pytest.mark.controlplane


def test_objects_on_the_cluster_are_named(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", config("page"), config("settings"))
    cluster_app.run("apply", "dev").ok()
    before = cluster_app.project.files()
    asked = cluster_app.run("env", "rm", "dev")
    assert asked.code == 2
    assert "warning: 2 objects of environment dev are on" in asked.err
    assert "ConfigMap/page" in asked.err
    assert "first run 'dlctl delete dev'" in asked.err
    assert cluster_app.project.files() == before
    removed = cluster_app.run("env", "rm", "dev", "--yes").ok()
    assert "2 objects" in removed.err
    assert cluster_app.names("configmap") == ["page", "settings"]


def test_nothing_is_said_where_there_is_nothing(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", config("page"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.run("delete", "dev", "--yes").ok()
    assert "warning" not in cluster_app.run("env", "rm", "dev", "--yes").ok().err


def test_a_cluster_that_cannot_be_asked(cluster_app: AppOnCluster, control_plane: ControlPlane) -> None:
    cluster_app.context("first", control_plane, cluster={"server": "https://127.0.0.1:9"})
    refused = cluster_app.run("env", "rm", "dev")
    assert "cannot check whether objects of dev are on its cluster" in refused.err
    assert "warning" not in cluster_app.run("env", "rm", "dev", "--offline", "--yes").ok().err


def test_another_cluster_is_not_asked(cluster_app: AppOnCluster, second_control_plane: ControlPlane) -> None:
    cluster_app.context("first", second_control_plane)
    removed = cluster_app.run("env", "rm", "dev", "--yes").ok()
    assert "not the pinned" in removed.err
