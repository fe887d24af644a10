"""The accounts of programs do, on a real API server, what their programs do there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dlctl.yamlio.dump import dump, dump_documents
from tests.controlplane import ControlPlane, Namespace
from tests.prototypes.conftest import CRD
from tests.prototypes.examples import render
from tests.prototypes.upstream import NAMESPACE, apply, put, served

pytestmark = pytest.mark.controlplane

Json = dict[str, Any]
Do = Callable[..., str]
NODE = "cpu-only-0"


def acting(control_plane: ControlPlane, namespace: str, account: str) -> Do:
    """`kubectl` as a ServiceAccount, which must succeed; gives what it prints."""

    def do(*words: str, body: Json | None = None) -> str:
        who = f"--as=system:serviceaccount:{namespace}:{account}"
        text = dump(body) if body else None
        answer = control_plane.kubectl(*words, who, "--namespace", namespace, input=text)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    return do


def test_the_hub_starts_and_stops_a_notebook(namespace: Namespace, tmp_path: Path) -> None:
    manifests = render("core", {"tf_job_operator": False}, tmp_path / "app", namespace=namespace.name)
    put(namespace.control_plane, [m.body for m in manifests if m.ref.kind not in ("StatefulSet", "Service")])
    hub = acting(namespace.control_plane, namespace.name, "jupyter-hub")
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    hub("create", "-f", "-", body=named("v1", "PersistentVolumeClaim", "claim-ada", spec=claim))
    notebook = {"name": "notebook", "image": "quay.io/jupyter/scipy-notebook:2026-07-28"}
    hub("create", "-f", "-", body=named("v1", "Pod", "jupyter-ada", spec={"containers": [notebook]}))
    hub("wait", "--for=condition=Ready", "pod/jupyter-ada", "--timeout=60s")  # which lists and watches
    assert "Scheduled" in hub("get", "events")
    hub("delete", "pod/jupyter-ada", "pvc/claim-ada", "--wait=false")


@pytest.fixture
def discovered(slim: ControlPlane, tmp_path: Path) -> ControlPlane:
    """A cluster with the kinds, rules and accounts of Node Feature Discovery, and of the GPUs'."""
    bodies = [m.body for m in render("node-feature-discovery", {}, tmp_path / "nfd")]
    kinds = [body for body in bodies if body["kind"] == CRD]
    apply(slim, "--filename", "-", text=dump_documents(kinds))
    served(slim, *(body["metadata"]["name"] for body in kinds))
    bodies += [m.body for m in render("nvidia-device-plugin", {}, tmp_path / "gpus")]
    rest = [body for body in bodies if body["kind"] not in (CRD, "DaemonSet", "Deployment")]
    apply(slim, "--validate=strict", "--filename", "-", text=dump_documents(rest))
    return slim


def test_what_workers_find_becomes_labels_and_goes_with_the_node(discovered: ControlPlane) -> None:
    worker = acting(discovered, NAMESPACE, "node-feature-discovery-worker")
    gpus = acting(discovered, NAMESPACE, "nvidia-device-plugin-gfd")
    master = acting(discovered, NAMESPACE, "node-feature-discovery-master")
    collector = acting(discovered, NAMESPACE, "node-feature-discovery-gc")
    try:
        worker("create", "-f", "-", body=found(NODE, {"mlx5_ib": {}}))
        worker("replace", "-f", "-", body=found(NODE, {"mlx5_ib": {}, "ib_uverbs": {}}))
        gpus("create", "-f", "-", body=found(f"nvidia-features-for-{NODE}", {}))
        gpus("replace", "-f", "-", body=found(f"nvidia-features-for-{NODE}", {"nvidia": {}}))
        assert master("get", "nodefeatures,nodefeaturerules", "-A", "-o", "name").count("\n") == 4
        master("label", "node", NODE, "feature.node.kubernetes.io/rdma.infiniband=true")
        resource = '{"status": {"capacity": {"example.com/found": "1"}}}'
        master("patch", "node", NODE, "--subresource=status", "--type=merge", "-p", resource)
        collector("get", "nodes")
    finally:
        collector("delete", "nodefeatures", "--all")
        master("label", "node", NODE, "feature.node.kubernetes.io/rdma.infiniband-")


def named(api_version: str, kind: str, name: str, **rest: Any) -> Json:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **rest}


def found(name: str, modules: Json) -> Json:
    features = {
        "flags": {"kernel.loadedmodule": {"elements": modules}},
        "attributes": {"kernel.version": {"elements": {"major": "6"}}},
        "instances": {"pci.device": {"elements": [{"attributes": {"vendor": "10de"}}]}},
    }
    labels = {"feature.node.kubernetes.io/pci-0302_10de.present": "true"}
    body = named(
        "nfd.k8s-sigs.io/v1alpha1", "NodeFeature", name, spec={"labels": labels, "features": features}
    )
    body["metadata"]["labels"] = {"nfd.node.kubernetes.io/node-name": NODE}
    return body
