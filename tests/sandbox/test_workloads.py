"""Workloads in a sandbox: the real controllers and scheduler, and simulated nodes."""

import json
import subprocess
from typing import Any

import pytest

from tests.controlplane import ControlPlane, Namespace

pytestmark = pytest.mark.controlplane

GPU_TOLERATION = {"key": "nvidia.com/gpu", "operator": "Exists"}


def apply(namespace: Namespace, *objects: dict[str, Any]) -> None:
    listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    succeeded(namespace.kubectl("apply", "-f", "-", input=listed))


def succeeded(answer: subprocess.CompletedProcess[str]) -> str:
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def container(**resources: int) -> dict[str, Any]:
    return {"name": "main", "image": "example.test/train:1", "resources": {"limits": resources}}


def training_pod(role: str) -> dict[str, Any]:
    metadata = {"name": role, "labels": {"training.kubeflow.org/replica-type": role}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container()]}}


def test_a_deployment_rolls_out(namespace: Namespace) -> None:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container()]}}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    apply(
        namespace, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}
    )

    succeeded(namespace.kubectl("rollout", "status", "deployment/web", "--timeout=60s"))

    assert namespace.get("deployment", "web")["status"]["readyReplicas"] == 2
    succeeded(namespace.kubectl("delete", "deployment", "web", "--cascade=foreground", "--timeout=60s"))
    assert namespace.get("pods")["items"] == []


def test_a_gpu_job_that_tolerates_the_taint_completes_on_a_gpu_node(namespace: Namespace) -> None:
    template = {
        "spec": {
            "restartPolicy": "Never",
            "tolerations": [GPU_TOLERATION],
            "containers": [container(**{"nvidia.com/gpu": 8, "rdma/hca_shared_devices_a": 1})],
        }
    }
    apply(
        namespace,
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": "train"},
            "spec": {"template": template},
        },
    )

    succeeded(namespace.kubectl("wait", "--for=condition=Complete", "job/train", "--timeout=60s"))

    (pod,) = namespace.get("pods")["items"]
    assert pod["status"]["phase"] == "Succeeded"
    assert pod["spec"]["nodeName"].startswith("v100x8-ib100-")


def test_gpu_pod_without_toleration_is_not_scheduled(namespace: Namespace) -> None:
    spec = {"containers": [container(**{"nvidia.com/gpu": 1})]}
    apply(namespace, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "stuck"}, "spec": spec})

    unplaced = "--for=jsonpath={.status.conditions[?(@.type=='PodScheduled')].reason}=Unschedulable"
    succeeded(namespace.kubectl("wait", unplaced, "pod/stuck", "--timeout=60s"))


@pytest.mark.parametrize("role", ["worker", "master", "chief", "launcher"])
def test_a_training_pod_ends_succeeded(namespace: Namespace, role: str) -> None:
    apply(namespace, training_pod(role))

    succeeded(
        namespace.kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", f"pod/{role}", "--timeout=60s")
    )

    (ended,) = namespace.get("pod", role)["status"]["containerStatuses"]
    assert ended["state"]["terminated"]["exitCode"] == 0


def test_parameter_server_keeps_running_after_workers_end(namespace: Namespace) -> None:
    apply(namespace, training_pod("ps"), training_pod("worker"))

    succeeded(
        namespace.kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/worker", "--timeout=60s")
    )

    assert namespace.get("pod", "ps")["status"]["phase"] == "Running"


def test_deleted_namespace_is_removed_with_its_objects(namespace: Namespace) -> None:
    apply(namespace, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "inside"}})

    succeeded(namespace.control_plane.kubectl("delete", "namespace", namespace.name, "--timeout=60s"))

    assert "NotFound" in namespace.kubectl("get", "configmap", "inside").stderr


@pytest.mark.parametrize(
    ("user", "verb", "resource", "allowed"),
    [
        ("editor", "create", "deployments.apps", True),
        ("editor", "get", "secrets", True),
        ("editor", "create", "customresourcedefinitions", False),
        ("viewer", "list", "deployments.apps", True),
        ("viewer", "create", "deployments.apps", False),
        ("viewer", "get", "secrets", False),
        ("viewer", "list", "nodes", False),
        ("nobody", "list", "pods", False),
    ],
)
def test_restricted_users(
    control_plane: ControlPlane, user: str, verb: str, resource: str, allowed: bool
) -> None:
    path = control_plane.user_kubeconfig(user)

    answer = control_plane.kubectl("--kubeconfig", str(path), "auth", "can-i", verb, resource)

    assert answer.stdout.strip() == ("yes" if allowed else "no")
