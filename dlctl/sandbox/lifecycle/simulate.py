"""Give running pods and nodes of a sandbox a story."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from dlctl.errors import SandboxError, UsageError
from dlctl.sandbox.host.certificates import Pki
from dlctl.sandbox.host.home import Home
from dlctl.sandbox.host.server import MERGE_PATCH, Server
from dlctl.sandbox.lifecycle.lookup import running
from dlctl.sandbox.nodes.node_stories import node_changes
from dlctl.sandbox.nodes.simulation import NODES
from dlctl.sandbox.story_names import SINCE, STORY, check_story
from dlctl.text import shown_name

JOB_LABELS = (
    "batch.kubernetes.io/job-name",
    "training.kubeflow.org/job-name",
    "jobset.sigs.k8s.io/jobset-name",
    "volcano.sh/job-name",
)
ATTEMPTS = 5
PAUSE = 0.5
STRATEGIC = "application/strategic-merge-patch+json"


def simulate_pods(sandbox: str, target: str, story: str, namespace: str, *, home: Home) -> int:
    """Give `NAMESPACE/POD` or the pods of `job/NAME` a story; returns their number.

    Raises UsageError for an unknown story, SandboxError if the sandbox has no such pods.
    """
    check_story(story)
    with _server(sandbox, home) as server:
        pods = _pods(server, target, namespace)
        if not pods:
            raise SandboxError(
                f"no pods of {shown_name(target)} in sandbox '{sandbox}'", hint=_where(sandbox)
            )
        since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        patch = {"metadata": {"annotations": {STORY: story, SINCE: since}}}
        for pod in pods:
            metadata = pod["metadata"]
            path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"
            server.request("PATCH", path, patch, MERGE_PATCH)
    return len(pods)


def simulate_node(sandbox: str, name: str, story: str, number: int | None, *, home: Home) -> None:
    """Give a node a story. Raises UsageError for an unknown one, SandboxError if there is no such node."""
    with _server(sandbox, home) as server:
        node = server.get(f"{NODES}/{quote(name, safe='')}")
        if node is None:
            hint = f"list them with 'dlctl sandbox kubectl {sandbox} get nodes'"
            raise SandboxError(f"no node {shown_name(name)} in sandbox '{sandbox}'", hint=hint)
        changes = node_changes(node, story, number)
        server.request("PATCH", f"{NODES}/{name}", changes.body, MERGE_PATCH)
        for _ in range(ATTEMPTS if changes.status else 0):
            server.request("PATCH", f"{NODES}/{name}/status", {"status": changes.status}, STRATEGIC)
            time.sleep(PAUSE)
            if _has(server.get(f"{NODES}/{name}"), changes.status.get("allocatable", {})):
                return
        if changes.status:
            raise SandboxError(
                f"node {name} did not keep its new status", hint="kwok writes it, too: repeat the command"
            )


def _has(node: Mapping[str, Any] | None, allocatable: Mapping[str, Any]) -> bool:
    """Whether the node still has these amounts: kwok may write those that it read before."""
    return node is not None and allocatable.items() <= node["status"]["allocatable"].items()


def _pods(server: Server, target: str, namespace: str) -> list[Mapping[str, Any]]:
    kind, _, name = target.rpartition("/")
    if not kind or not name:
        raise UsageError(
            f"{shown_name(target)} names no pod", hint="use NAMESPACE/POD, job/NAME or node/NAME"
        )
    if kind == "job":
        return _of_job(server, name, namespace)
    pod = server.get(f"/api/v1/namespaces/{quote(kind, safe='')}/pods/{quote(name, safe='')}")
    return [pod] if pod else []


def _of_job(server: Server, name: str, namespace: str) -> list[Mapping[str, Any]]:
    path = f"/api/v1/namespaces/{quote(namespace, safe='')}/pods"
    found = (_listed(server, path, f"{label}={name}") for label in JOB_LABELS)
    return next((pods for pods in found if pods), [])


def _listed(server: Server, path: str, selector: str) -> list[Mapping[str, Any]]:
    answer = server.get(f"{path}?labelSelector={quote(selector)}")
    return list(answer["items"]) if answer else []


def _server(sandbox: str, home: Home) -> Server:
    found = running(sandbox, home)
    return Server(found.server, Pki(home.folder(sandbox).pki))


def _where(sandbox: str) -> str:
    return f"list them with 'dlctl sandbox kubectl {sandbox} get pods -A'"
