"""Environments by glob or all of them, and what a failing one does to the others."""

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, config

pytestmark = pytest.mark.controlplane


@pytest.fixture
def fleet(cluster_app: AppOnCluster) -> AppOnCluster:
    """Three environments in one namespace, each with a ConfigMap of its own; the first fails when applied."""
    names = ("one", "two", "three")
    for name in names:
        others = [other for other in names if other != name]
        disabled = [*others, *([] if name == "one" else ["bad"])]
        cluster_app.environment(f"prod/{name}", pin=cluster_app.control_plane, disabled=disabled)
    for name in names:
        cluster_app.component(name, config(name))
    cluster_app.component("bad", {**config("bad"), "data": {"not a key!": "1"}})
    cluster_app.environment("dev", pin=cluster_app.control_plane, disabled=["bad", *names])
    return cluster_app


PROD = ("prod/one", "prod/two", "prod/three")


def test_diff_of_a_glob(fleet: AppOnCluster) -> None:
    shown = fleet.run("diff", "prod/*")
    assert shown.code == 1
    headers = [line for line in shown.out.splitlines() if line.startswith("--- ")]
    assert sorted({line.removeprefix("--- ").split(":")[0] for line in headers}) == sorted(PROD)
    document = fleet.run("diff", "prod/*", "-o", "json").json
    # In the order of their names, since one glob gave them all.
    assert [item["scope"]["environment"] for item in document["items"]] == sorted(PROD)


def test_status_of_all(fleet: AppOnCluster) -> None:
    fleet.environment("base", context="")  # has no cluster: others extend it
    fleet.project.write({"environments/base/environment.yaml": "namespace: shared\n"})
    fleet.run("apply", "prod/two").ok()
    shown = fleet.run("status", "--all").ok()
    assert "prod/two" in shown.out
    document = fleet.run("status", "--all", "-o", "json").ok().json
    assert [item["scope"]["environment"] for item in document["items"]] == ["dev", *sorted(PROD)]


def test_after_a_failure_the_others_are_not_started(fleet: AppOnCluster) -> None:
    answer = fleet.run("apply", *PROD, "--stop-after", "1", "--max-parallel", "1")
    assert answer.code == 1
    assert "Error: prod/one: 1 object failed" in answer.err
    assert "prod/two: not started" in answer.err
    assert "prod/three: not started" in answer.err
    assert fleet.names("configmap") == ["one"]


def test_in_json_what_was_not_started_is_an_error(fleet: AppOnCluster) -> None:
    answer = fleet.run("apply", *PROD, "--stop-after", "1", "--max-parallel", "1", "-o", "json")
    assert answer.code == 1
    messages = [error["message"] for error in answer.json["errors"]]
    assert messages[0].startswith("prod/one: 1 object failed")
    assert messages[1:] == ["prod/two: not started", "prod/three: not started"]
    assert [item["scope"]["environment"] for item in answer.json["items"]] == ["prod/one"]
    assert fleet.names("configmap") == ["one"]


def test_side_by_side_a_failure_keeps_no_other_from_its_own(fleet: AppOnCluster) -> None:
    answer = fleet.run("apply", *PROD, "--max-parallel", "3")
    assert answer.code == 1
    assert "Error: prod/one: 1 object failed" in answer.err
    assert "not started" not in answer.err
    assert fleet.names("configmap") == ["one", "three", "two"]
