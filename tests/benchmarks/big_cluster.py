"""A cluster of many nodes and pods as plain objects: nobody plays kubelet, schedules or cleans up."""

import json
import os
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import urllib3

from dlctl.sandbox.host.state import load
from dlctl.sandbox.nodes.nodes import parse_nodes
from tests.benchmarks.reach import reach
from tests.controlplane import ControlPlane

THREADS = 12
SUSPENDED = frozenset({"kwok", "kube-controller-manager", "kube-scheduler"})
READY = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is ready"}


@contextmanager
def filled(control_plane: ControlPlane, nodes: int, pods: int) -> Iterator[None]:
    """So many nodes of eight GPUs, and so many pods on them; what would change them is suspended."""
    with suspended(control_plane):
        _create(control_plane, "nodes", (_node(number) for number in range(nodes)))
        _create(control_plane, "namespaces/default/pods", (_pod(number, nodes) for number in range(pods)))
        yield


@contextmanager
def suspended(control_plane: ControlPlane) -> Iterator[None]:
    """The sandbox's controllers and its simulated kubelets do nothing inside."""
    state = load(control_plane.home.folder(control_plane.name), control_plane.name)
    assert state is not None
    stopped = [each.pid for each in state.processes if each.program in SUSPENDED]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def with_jobs(control_plane: ControlPlane, jobs: int, pods: int, labels: Mapping[str, str]) -> Iterator[None]:
    """So many Jobs with these labels, and so many running pods of each, which nobody plays."""
    with suspended(control_plane):
        every = [_job(number, pods, labels) for number in range(jobs)]
        _create(control_plane, "namespaces/default/jobs", iter(every), group="apis/batch/v1")
        made = control_plane.get("--namespace", "default", "jobs")["items"]
        bodies = (_pod_of(job, index) for job in made for index in range(pods))
        _create(control_plane, "namespaces/default/pods", bodies)
        yield


def _job(number: int, pods: int, labels: Mapping[str, str]) -> dict[str, Any]:
    container = {"name": "main", "image": "train:1", "resources": {"limits": {"nvidia.com/gpu": 1}}}
    template = {"spec": {"restartPolicy": "Never", "containers": [container]}}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": f"job-{number}", "labels": dict(labels)},
        "spec": {"parallelism": pods, "completions": pods, "template": template},
    }


def _pod_of(job: Mapping[str, Any], index: int) -> dict[str, Any]:
    metadata = job["metadata"]
    owner = {"apiVersion": "batch/v1", "kind": "Job", "name": metadata["name"], "uid": metadata["uid"]}
    spec = job["spec"]["template"]["spec"]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"{metadata['name']}-{index}",
            "labels": {"batch.kubernetes.io/job-name": metadata["name"]},
            "ownerReferences": [{**owner, "controller": True}],
        },
        "spec": {**spec, "nodeName": f"node-{index}"},
    }


def _create(
    control_plane: ControlPlane, path: str, bodies: Iterator[dict[str, Any]], group: str = "api/v1"
) -> None:
    server, context = reach(control_plane.kubeconfig)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    with urllib3.PoolManager(maxsize=THREADS, ssl_context=context) as pool:

        def post(body: Mapping[str, Any]) -> int:
            data = json.dumps(body).encode()
            return pool.request("POST", f"{server}/{group}/{path}", body=data, headers=headers).status

        with ThreadPoolExecutor(THREADS) as workers:
            statuses = set(workers.map(post, bodies))
    assert statuses <= {201, 409}, statuses


def _node(number: int) -> dict[str, Any]:
    shape = ("v100x8-ib100", "h200x8-ib400")[number % 2]
    (made,) = parse_nodes(f"{shape}=1").nodes
    name = f"node-{number}"
    images = [
        {"names": [f"registry.example.com/team/image-{n}@sha256:{n:064x}"], "sizeBytes": n} for n in range(20)
    ]
    metadata = {**made["metadata"], "name": name}
    metadata["labels"] = {**metadata["labels"], "kubernetes.io/hostname": name}
    status = {**made["status"], "conditions": [READY], "images": images}
    return {"apiVersion": "v1", "kind": "Node", **made, "metadata": metadata, "status": status}


def _pod(number: int, nodes: int) -> dict[str, Any]:
    """Most ask for devices: a training pod has a sidecar and an init container."""
    gpus = {"nvidia.com/gpu": str(number % 3)} if number % 3 else {}
    resources = {"requests": {"cpu": "4", "memory": "16Gi", **gpus}, "limits": gpus}
    env = [{"name": f"VARIABLE_{n}", "value": f"value of variable {n}"} for n in range(15)]
    small = {"requests": {"cpu": "100m", "memory": "128Mi"}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"pod-{number}", "labels": {"job": f"job-{number // 8}", "role": "worker"}},
        "spec": {
            "nodeName": f"node-{number % nodes}",
            "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
            "initContainers": [
                {"name": "log", "image": "log:1", "restartPolicy": "Always", "resources": small},
                {"name": "fetch", "image": "fetch:1", "resources": small},
            ],
            "containers": [{"name": "main", "image": "train:1", "env": env, "resources": resources}],
        },
    }
