"""What node-detector's container does, done on a real API server with its own account."""

import json
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlctl.yamlio.dump import dump, dump_documents
from dlctl.yamlio.load import load_file
from tests.controlplane import ControlPlane, Namespace
from tests.nodes.host.hosts import roce25
from tests.project import Project
from tests.prototypes.conftest import CRD
from tests.prototypes.examples import render
from tests.prototypes.upstream import apply, served

pytestmark = pytest.mark.controlplane

NODE = "cpu-only-0"
IMAGE = {"image": "registry.example.com/dlctl:0.1.0"}
OBJECT = f"nodefeature/dlctl-{NODE}"


@pytest.fixture
def namespace(slim: ControlPlane) -> Iterator[Namespace]:
    """A namespace of this test where the kinds of NFD may be; the first cluster has none of them."""
    name = f"detector-{uuid.uuid4().hex[:8]}"
    assert slim.kubectl("create", "namespace", name).returncode == 0
    yield Namespace(name, slim)
    slim.kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def installed(namespace: Namespace, tmp_path: Path) -> list[dict[str, Any]]:
    """The prototype's objects, applied in a namespace of this test, beside the CRDs of NFD."""
    definitions = [
        m.body for m in render("node-feature-discovery", {}, tmp_path / "nfd") if m.ref.kind == CRD
    ]
    apply(namespace.control_plane, "--filename", "-", text=dump_documents(definitions))
    served(namespace.control_plane, *(body["metadata"]["name"] for body in definitions))
    manifests = render("node-detector", IMAGE, tmp_path / "detector", namespace=namespace.name)
    bodies = [dict(manifest.body) for manifest in manifests]
    apply(namespace.control_plane, "--validate=strict", "--filename", "-", text=dump_documents(bodies))
    return bodies


@pytest.fixture
def kubeconfig(installed: list[dict[str, Any]], namespace: Namespace, tmp_path: Path) -> Path:
    """The account of the pods, by a token such as the kubelet mounts."""
    token = namespace.kubectl("create", "token", "node-detector")
    assert token.returncode == 0, token.stderr
    content = load_file(namespace.control_plane.kubeconfig).value
    (context,) = (
        each["context"] for each in content["contexts"] if each["name"] == namespace.control_plane.context
    )
    cluster = next(each for each in content["clusters"] if each["name"] == context["cluster"])
    pod = {"cluster": cluster["name"], "user": "pod", "namespace": namespace.name}
    users = [{"name": "pod", "user": {"token": token.stdout.strip()}}]
    path = tmp_path / "pod.kubeconfig"
    found = {"clusters": [cluster], "users": users, "contexts": [{"name": "pod", "context": pod}]}
    path.write_text(dump({**found, "current-context": "pod"}))
    return path


@pytest.fixture
def words(installed: list[dict[str, Any]], kubeconfig: Path, tmp_path: Path) -> tuple[str, ...]:
    """The container's own arguments, with a host to read and a way to the cluster, and without the loop."""
    (pod,) = (body["spec"]["template"]["spec"] for body in installed if body["kind"] == "DaemonSet")
    roce25(tmp_path / "host")
    arguments = [word for word in pod["containers"][0]["args"] if not word.startswith(("--root", "--every"))]
    return (*arguments, f"--root={tmp_path / 'host'}", f"--kubeconfig={kubeconfig}", f"--node-name={NODE}")


def labels(namespace: Namespace) -> dict[str, str]:
    found = namespace.get(OBJECT)["spec"]["labels"]
    assert isinstance(found, dict)
    return found


def test_a_node_feature_is_applied_and_follows_the_host(
    words: tuple[str, ...], namespace: Namespace, project: Project, tmp_path: Path
) -> None:
    outcome = project.run(*words).ok()
    assert outcome.out == f"nodefeature.nfd.k8s-sigs.io/dlctl-{NODE} applied\n"
    found = namespace.get(OBJECT)
    daemon_set = namespace.get("daemonset/node-detector")
    assert found["metadata"]["labels"]["nfd.node.kubernetes.io/node-name"] == NODE
    assert found["metadata"]["annotations"]["dlctl.dev/NCCL_IB_HCA"] == "=mlx5_0"
    assert [owner["uid"] for owner in found["metadata"]["ownerReferences"]] == [daemon_set["metadata"]["uid"]]
    assert {key.partition("/")[0] for key in labels(namespace)} == {"dlctl.dev", "nvidia.com"}
    assert labels(namespace)["dlctl.dev/rdma.rate"] == "25"

    (tmp_path / "host/sys/class/infiniband/mlx5_0/ports/1/state").write_text("1: DOWN\n")
    project.run(*words).ok()
    assert labels(namespace)["dlctl.dev/rdma.state"] == "down"
    assert "dlctl.dev/rdma.rate" not in labels(namespace)
    assert "annotations" in namespace.get(OBJECT)["metadata"]  # NCCL_IB_DISABLE


def test_it_goes_with_the_daemon_set(words: tuple[str, ...], namespace: Namespace, project: Project) -> None:
    project.run(*words).ok()
    namespace.kubectl("delete", "daemonset/node-detector", "--wait=true")
    gone = namespace.kubectl("wait", "--for=delete", OBJECT, "--timeout=90s")
    assert gone.returncode == 0, gone.stderr


def test_what_it_may_not_do_is_an_error(words: tuple[str, ...], project: Project) -> None:
    outcome = project.run(*words, "--namespace", "kube-system")
    assert outcome.code == 1
    assert "forbidden" in outcome.err.lower()


@pytest.fixture
def running(words: tuple[str, ...], project: Project, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "dlctl", *words, "--every=1s"]
    log = (tmp_path / "log").open("w")
    with subprocess.Popen(
        command, cwd=project.root, stdout=log, stderr=subprocess.STDOUT, text=True
    ) as process:
        yield process
        process.kill()
    log.close()


def test_it_runs_until_sigterm(
    running: "subprocess.Popen[str]", namespace: Namespace, tmp_path: Path
) -> None:
    uid = appeared(namespace)
    namespace.kubectl("delete", OBJECT, "--wait=true")
    assert appeared(namespace) != uid
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=30) == 0
    assert (tmp_path / "log").read_text() == f"nodefeature.nfd.k8s-sigs.io/dlctl-{NODE} applied\n"


def appeared(namespace: Namespace) -> str:
    """The UID of the object, once it is there."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        answer = namespace.kubectl("get", OBJECT, "-o", "json")
        if answer.returncode == 0:
            return str(json.loads(answer.stdout)["metadata"]["uid"])
        time.sleep(0.5)
    raise AssertionError("no NodeFeature was applied")
