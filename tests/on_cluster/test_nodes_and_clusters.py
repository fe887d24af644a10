"""`node list` and `cluster list` on real clusters with simulated nodes: what pods hold, and who may read."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, Body, cluster_id, deployment
from tests.output_schemas import checked

pytestmark = pytest.mark.controlplane

NOWHERE = {"server": "https://127.0.0.1:1"}
TOLERATION = {"key": "nvidia.com/gpu", "operator": "Exists"}


def training(name: str, gpus: int, replicas: int, **spec: Any) -> Body:
    """A Deployment whose pods each hold some GPUs, on one and the same node."""
    made = deployment(name, replicas=replicas)
    pod = made["spec"]["template"]["spec"]
    pod["containers"][0]["resources"] = {"limits": {"nvidia.com/gpu": gpus}}
    pod |= {"tolerations": [TOLERATION], **spec}
    return made


def items(document: Any) -> dict[str, Any]:
    return {each["name"]: each for each in document["items"]}


@pytest.fixture
def busy(cluster_app: AppOnCluster) -> AppOnCluster:
    """Two pods of four GPUs on one node, and one pod that no node is large enough for."""
    here = {"kubernetes.io/hostname": "v100x8-ib100-1"}
    cluster_app.kubectl("apply", "-f", "-", body=training("train", 4, 2, nodeSelector=here))
    cluster_app.kubectl("apply", "-f", "-", body=training("huge", 64, 1))
    cluster_app.kubectl("rollout", "status", "deployment/train", "--timeout=60s")
    return cluster_app


def test_running_pods_hold_what_they_ask_for(busy: AppOnCluster) -> None:
    document = checked(busy.run("node", "list", "dev", "--pods", "-o", "json").ok().out, "NodeList")
    node = items(document)["v100x8-ib100-1"]
    (devices,) = node["devices"]
    assert (devices["resource"], devices["model"], devices["capacity"]) == ("nvidia.com/gpu", "V100-32G", 8)
    assert devices["used"] >= 8
    ours = [each for each in node["pods"] if each["namespace"] == busy.namespace]
    assert [each["resources"][0]["count"] for each in ours] == [4, 4]
    assert {each["phase"] for each in ours} == {"Running"}
    (cluster,) = document["clusters"]
    pending = {each["resource"]: each["count"] for each in cluster["pending"]["resources"]}
    assert pending["nvidia.com/gpu"] >= 64


def test_the_table_shows_pods_below_their_node_and_filters_leave_the_rest_out(busy: AppOnCluster) -> None:
    answer = busy.run("node", "list", "dev", "--pods").ok()
    lines = answer.out.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("v100x8-ib100-1 "))
    assert lines[start].split()[2:6] == ["V100-32G", "0", "8", "8"]
    assert lines[start + 1].startswith(f"  {busy.namespace}/train-")
    assert "cpu-only" not in answer.out
    assert "V100-32G: " in answer.err
    assert "pending: " in answer.err
    for words in (["--free", "8"], ["--gpu", "H200"], ["-l", "kubernetes.io/hostname=v100x8-ib100-0"]):
        assert "v100x8-ib100-1" not in busy.run("node", "list", "dev", *words).ok().out
    every = busy.run("node", "list", "dev", "--all-nodes", "-o", "name").ok().out.split()
    assert {"node/cpu-only-0", "node/v100x8-ib100-1"} <= set(every)
    rdma = busy.run("node", "list", "dev", "-r", "rdma/*").ok().out
    assert "rdma/hca_shared_devices_a" in rdma


def test_a_cordoned_node_gives_nothing(cluster_app: AppOnCluster, control_plane: ControlPlane) -> None:
    assert control_plane.kubectl("cordon", "v100x8-ib100-0").returncode == 0
    try:
        answer = cluster_app.run("node", "list", "dev", "-o", "json").ok()
    finally:
        control_plane.kubectl("uncordon", "v100x8-ib100-0")
    node = items(answer.json)["v100x8-ib100-0"]
    assert node["status"] == ["Cordoned"]
    assert (node["devices"][0]["free"], node["devices"][0]["idle"]) == (0, 8)


@pytest.fixture
def only_nodes(control_plane: ControlPlane) -> Iterator[str]:
    """A user who may list nodes and nothing else."""
    name = f"looker-{uuid.uuid4().hex[:8]}"
    rules = ["create", "clusterrole", name, "--verb=list", "--resource=nodes"]
    assert control_plane.kubectl(*rules).returncode == 0
    bind = ["create", "clusterrolebinding", name, f"--clusterrole={name}", f"--user={name}"]
    assert control_plane.kubectl(*bind).returncode == 0
    yield name
    for kind in ("clusterrolebinding", "clusterrole"):
        control_plane.kubectl("delete", kind, name, "--wait=false")


def test_who_may_list_nodes_alone_sees_what_there_is(
    cluster_app: AppOnCluster, control_plane: ControlPlane, only_nodes: str
) -> None:
    own = yaml.safe_load(control_plane.kubeconfig.read_text())["users"][0]["user"]
    cluster_app.context("looker", control_plane, account={**own, "as": only_nodes})
    answer = cluster_app.run("node", "list", "--context", "looker").ok()
    assert answer.out.splitlines()[1].split()[2:7] == ["V100-32G", "?", "?", "8", "0"]
    assert answer.err.count("you do not have permission to list pods in all namespaces") == 1


def test_four_clusters_of_which_one_is_dead_and_one_refuses(
    cluster_app: AppOnCluster, control_plane: ControlPlane, second_control_plane: ControlPlane
) -> None:
    cluster_app.context("dead", control_plane, cluster=NOWHERE)
    cluster_app.context("second", second_control_plane, user="viewer")
    cluster_app.context("same", control_plane)
    answer = cluster_app.run("node", "list", "--all-contexts", "-o", "json")
    assert answer.code == 4
    document = checked(answer.out, "NodeList")
    found = {each["name"]: each for each in document["clusters"]}
    assert {name: each["status"] for name, each in found.items()} == {
        "first": "ok",
        "dead": "unreachable",
        "second": "forbidden",
        "same": "ok",
    }
    assert found["same"]["sameAs"] == "first"
    assert {each["cluster"] for each in document["items"]} == {"first"}
    rows = cluster_app.run("cluster", "list", "--all", "-o", "json")
    assert rows.code == 4
    clusters = items(checked(rows.out, "ClusterList"))
    assert clusters["first"]["environments"] == [{"name": "dev", "pin": "ok"}]
    assert clusters["first"]["contexts"] == ["first", "same"]
    assert clusters["first"]["id"] == cluster_id(control_plane)
    assert {name: each["status"] for name, each in clusters.items()} == {
        "first": "ok",
        "dead": "unreachable",
        "second": "forbidden",
    }
    assert clusters["second"]["version"].startswith("v1.")


def test_a_running_sandbox_that_an_environment_uses_is_a_cluster(
    cluster_app: AppOnCluster, control_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLCTL_SANDBOX_HOME", str(control_plane.home.state))
    cluster_app.project.write({"environments/local/environment.yaml": f"sandbox: {control_plane.name}\n"})
    document = checked(cluster_app.run("cluster", "list", "-o", "json").ok().out, "ClusterList")
    (cluster,) = document["items"]  # dev's context leads to the same one
    assert {each["name"]: each["pin"] for each in cluster["environments"]} == {
        "dev": "ok",
        "local": "not-needed",
    }
    assert items(cluster_app.run("node", "list", "local", "-o", "json").ok().json)["v100x8-ib100-0"]
