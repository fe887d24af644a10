"""`env update`, `cluster diff` and `env describe` on real clusters."""

import signal
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cluster.scripted_server import Answer, Seen
from tests.controlplane import ControlPlane, passing_control_plane
from tests.on_cluster.app_on_cluster import (
    AppOnCluster,
    Body,
    cluster_id,
    config,
    custom,
    definition,
    deployment,
)
from tests.on_cluster.faults import between
from tests.on_cluster.processes import LIMIT, start
from tests.output_schemas import checked

pytestmark = pytest.mark.controlplane

FILE = "environments/dev/cluster.yaml"
NOWHERE = {"server": "https://127.0.0.1:1"}


@pytest.fixture(scope="module")
def plain() -> Iterator[ControlPlane]:
    """A cluster without GPUs, to which other tests add no kinds."""
    with passing_control_plane("plain", nodes="cpu-only=2") as control_plane:
        yield control_plane


def test_the_file_of_a_real_cluster(cluster_app: AppOnCluster) -> None:
    cluster_app.run("env", "update", "dev").ok()
    text = cluster_app.project.read(FILE)
    value = yaml.safe_load(text)
    gpus = [each for each in value["nodes"] if each.get("devices")]
    assert gpus[0]["devices"][0] == {
        "resource": "nvidia.com/gpu",
        "count": 8,
        "model": "V100-32G",
        "mode": "exclusive",
    }
    assert gpus[0]["rdma"] == {"rateGbps": 100, "link": "IB"}
    assert value["kinds"]["namespaced"]["Deployment.apps"] == "v1"
    assert "TokenReview.authentication.k8s.io" not in value["kinds"]["cluster"]
    assert "v100x8-ib100-0" not in text
    assert cluster_id(cluster_app.control_plane) not in text


def test_it_is_the_same_each_time_whatever_runs(cluster_app: AppOnCluster, plain: ControlPlane) -> None:
    cluster_app.context("plain", plain)
    cluster_app.environment("still", pin=plain, context="plain")
    file = "environments/still/cluster.yaml"
    assert cluster_app.run("env", "update", "still", "--check").code == 1
    cluster_app.run("env", "update", "still").ok()
    text = cluster_app.project.read(file)
    (cluster_app.project.root / file).unlink()
    cluster_app.run("env", "update", "still").ok()
    assert cluster_app.project.read(file) == text
    assert plain.kubectl("cordon", "cpu-only-0").returncode == 0
    try:
        assert "unchanged" in cluster_app.run("env", "update", "still").ok().err
        cluster_app.run("env", "update", "still", "--check").ok()
    finally:
        plain.kubectl("uncordon", "cpu-only-0")


def test_a_new_kind_is_out_of_date_and_gets_its_scope_from_the_file(
    cluster_app: AppOnCluster, group: str
) -> None:
    cluster_app.run("env", "update", "dev").ok()
    crd = definition(group)
    crd["spec"]["scope"] = "Cluster"
    cluster_app.kubectl("apply", "-f", "-", body=crd)
    cluster_app.kubectl("wait", "--for=condition=Established", f"crd/widgets.{group}", "--timeout=30s")
    outdated = cluster_app.run("env", "update", "dev", "--check")
    assert outdated.code == 1
    assert f"Widget.{group}" in outdated.err
    cluster_app.component("w", custom(group, "one"))
    assert "namespace:" in cluster_app.run("show", "dev").ok().out
    cluster_app.run("env", "update", "dev").ok()
    answer = cluster_app.run("show", "dev").ok()
    assert "namespace:" not in answer.out
    assert answer.err == ""


def test_a_wrong_pin_is_refused_and_described(
    cluster_app: AppOnCluster, control_plane: ControlPlane, second_control_plane: ControlPlane
) -> None:
    cluster_app.context("first", second_control_plane)
    answer = cluster_app.run("env", "update", "dev")
    assert answer.code == 1
    assert cluster_id(second_control_plane) in answer.err
    assert not (cluster_app.project.root / FILE).exists()
    one, other = cluster_id(control_plane), cluster_id(second_control_plane)
    described = cluster_app.run("env", "describe", "dev").ok()
    assert f"cluster ID: pinned {one}, actual {other}: mismatch" in described.out
    assert f"if the cluster was recreated: dlctl env set dev --pin --cluster-id {other}\n" in described.out
    document = checked(cluster_app.run("env", "describe", "dev", "-o", "json").ok().out, "Environment")
    assert (document["cluster"]["pin"], document["cluster"]["id"]) == ("mismatch", other)
    assert (
        checked(cluster_app.run("env", "describe", "dev", "--offline", "-o", "json").ok().out, "Environment")[
            "cluster"
        ]
        is None
    )
    unasked = cluster_app.run("env", "set", "dev", "--pin")
    assert unasked.code == 2, "another pin is replaced only when it is asked for by its ID"
    assert f"dlctl env set dev --pin --cluster-id {other}" in unasked.err
    cluster_app.run("env", "set", "dev", "--pin", "--cluster-id", other).ok()
    assert f"pinned {other}, actual {other}: ok" in cluster_app.run("env", "describe", "dev").ok().out
    cluster_app.run("env", "update", "dev").ok()


@pytest.fixture
def reader(control_plane: ControlPlane) -> Iterator[str]:
    """A user who may read namespaces and StorageClasses, and no nodes."""
    name = f"reader-{uuid.uuid4().hex[:8]}"
    kinds = "--resource=namespaces,storageclasses.storage.k8s.io"
    rules = ["create", "clusterrole", name, "--verb=get,list", kinds]
    assert control_plane.kubectl(*rules).returncode == 0
    bind = ["create", "clusterrolebinding", name, f"--clusterrole={name}", f"--user={name}"]
    assert control_plane.kubectl(*bind).returncode == 0
    yield name
    for kind in ("clusterrolebinding", "clusterrole"):
        control_plane.kubectl("delete", kind, name, "--wait=false")


def test_who_may_not_list_nodes_gets_the_rest(
    cluster_app: AppOnCluster, control_plane: ControlPlane, reader: str
) -> None:
    own = yaml.safe_load(control_plane.kubeconfig.read_text())["users"][0]["user"]
    cluster_app.context("first", control_plane, account={**own, "as": reader})
    answer = cluster_app.run("env", "update", "dev").ok()
    assert "you do not have permission to list" in answer.err
    value = yaml.safe_load(cluster_app.project.read(FILE))
    assert "nodes" in value["unread"]
    assert "nodes" not in value
    assert "StorageClass.storage.k8s.io" in value["classes"]
    assert "PriorityClass.scheduling.k8s.io" in value["unread"]
    assert "PriorityClass.scheduling.k8s.io" not in value["classes"]


def test_one_of_several_is_dead(
    cluster_app: AppOnCluster, control_plane: ControlPlane, second_control_plane: ControlPlane
) -> None:
    cluster_app.context("second", second_control_plane)
    cluster_app.context("dead", control_plane, cluster=NOWHERE)
    cluster_app.environment("two", pin=second_control_plane, context="second")
    cluster_app.environment("gone", context="dead")
    answer = cluster_app.run("env", "update", "--all")
    assert answer.code == 4
    assert "Error: gone: cannot connect" in answer.err
    assert yaml.safe_load(cluster_app.project.read("environments/two/cluster.yaml"))["version"]
    assert cluster_app.project.read(FILE)
    gone = cluster_app.run("env", "describe", "gone").ok()
    assert "cluster status: unreachable: cannot connect" in gone.out
    diff = cluster_app.run("cluster", "diff", "dev", "gone")
    assert (diff.code, diff.out) == (4, "")


def test_an_interrupt_writes_whole_files_only_and_the_next_run_ends_the_work(
    cluster_app: AppOnCluster, control_plane: ControlPlane, tmp_path: Path
) -> None:
    reached, opened = threading.Event(), threading.Event()

    def fault(seen: Seen) -> Answer | None:
        if seen.path == "/api/v1/nodes":
            reached.set()
            opened.wait(LIMIT)
        return None

    cluster_app.environment("slow", pin=control_plane, context="slow")
    with between(control_plane, tmp_path, fault) as server:
        cluster_app.context("slow", control_plane, cluster={"server": server.url})
        running = start(cluster_app, "env", "update", "slow")
        assert reached.wait(LIMIT)
        running.process.send_signal(signal.SIGINT)
        ended = running.end()
        opened.set()
        assert ended.code == 130
        assert "Traceback" not in ended.err
        assert not (cluster_app.project.root / "environments/slow/cluster.yaml").exists()
        cluster_app.run("env", "update", "slow").ok()
    assert "version:" in cluster_app.project.read("environments/slow/cluster.yaml")


def training(name: str, **spec: object) -> Body:
    made = deployment(name)
    pod = made["spec"]["template"]["spec"]
    pod["containers"][0]["resources"] = {"limits": {"nvidia.com/gpu": 8}}
    pod |= {"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}], **spec}
    return made


def claim(name: str, **spec: object) -> Body:
    body = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": body}


@pytest.fixture
def two(cluster_app: AppOnCluster, plain: ControlPlane) -> AppOnCluster:
    """A second environment, on a cluster without GPUs."""
    cluster_app.context("second", plain)
    cluster_app.environment("two", pin=plain, context="second")
    return cluster_app


def test_what_would_not_work_on_the_other_cluster(two: AppOnCluster, group: str) -> None:
    two.kubectl("apply", "-f", "-", body=definition(group))
    two.kubectl("wait", "--for=condition=Established", f"crd/widgets.{group}", "--timeout=30s")
    two.component("page", config("page"))
    two.component(
        "train", training("train", priorityClassName="high"), claim("data", storageClassName="fast")
    )
    two.component("widget", custom(group, "one"), claim("any"))
    answer = two.run("cluster", "diff", "dev", "two", "-o", "json")
    assert answer.code == 1
    document = checked(answer.out, "ClusterDiff")
    found = {(each["component"], each["need"]): each["reason"] for each in document["problems"]}
    assert found == {
        ("train", "nodes for Deployment/train"): "no node has 8 nvidia.com/gpu",
        ("train", "PriorityClass high"): "not found; there: system-cluster-critical, system-node-critical",
        ("train", "StorageClass fast"): "not found; there: none",
        ("widget", f"kind {group}/v1 Widget"): "not served",
        ("widget", "a default StorageClass"): "not found; there: none",
    }
    differences = {each["name"]: (each["left"], each["right"]) for each in document["differences"]}
    assert differences["8×V100-32G, 100G IB"] == ("2", None)
    assert differences[f"Widget.{group}"] == ("v1", None)
    table = two.run("cluster", "diff", "dev", "two")
    assert "COMPONENT   NEEDS" in table.out
    assert "2 of the components would not work on two" in table.err
    page = checked(
        two.run("cluster", "diff", "dev", "two", "-c", "page", "-o", "json").ok().out, "ClusterDiff"
    )
    assert (page["differences"], page["problems"]) == ([], [])


def test_the_same_cluster_and_contexts_and_files(two: AppOnCluster, plain: ControlPlane) -> None:
    two.environment("same", pin=plain, context="second")
    for words in (("two", "two"), ("two", "same"), ("two", "--context", "second")):
        same = two.run("cluster", "diff", *words).ok()
        assert (same.out, same.err) == ("", "no differences\n"), words
    live = two.run("cluster", "diff", "--context", "first", "--context", "second")
    assert live.code == 1
    missing = two.run("cluster", "diff", "dev", "two", "--offline")
    assert missing.code == 2
    assert "write it with 'dlctl env update dev'" in missing.err
    two.run("env", "update", "--all").ok()
    two.kubeconfig.unlink()
    offline = two.run("cluster", "diff", "dev", "two", "--offline")
    assert offline.code == 1
    rows = [[row for row in each.out.splitlines() if row.startswith("nodes ")] for each in (live, offline)]
    assert [row.split() for row in rows[0]] == [row.split() for row in rows[1]]
    assert len(rows[0]) == 1  # both have two plain nodes


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("dev",), "name two clusters"),
        (("dev", "two", "--context", "first"), "name two clusters"),
        (("dev", "--context", "first", "--offline"), "--offline compares the cluster.yaml"),
        (("--context", "first", "--context", "second", "-c", "page"), "--component needs an environment"),
        (("dev", "tow"), "did you mean 'two'?"),
        (("dev", "--context", "frist"), "did you mean 'first'?"),
        (("dev", "two", "-c", "pgae"), "component 'pgae' not found"),
    ],
)
def test_mistakes_are_no_differences(two: AppOnCluster, words: tuple[str, ...], message: str) -> None:
    answer = two.run("cluster", "diff", *words)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
