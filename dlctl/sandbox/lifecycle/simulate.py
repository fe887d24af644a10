"""Give running pods and nodes of a sandbox a story."""

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from dlctl.errors import SandboxError
from dlctl.plan.parallel import in_parallel
from dlctl.sandbox.host.certificates import Pki
from dlctl.sandbox.host.home import Home
from dlctl.sandbox.host.server import CONNECTIONS, MERGE_PATCH, Server
from dlctl.sandbox.lifecycle.find_pods import Object, named_pods, pod_path, pods_on, pods_with_labels
from dlctl.sandbox.lifecycle.lookup import running
from dlctl.sandbox.nodes.node_stories import node_changes
from dlctl.sandbox.nodes.simulation import NODES
from dlctl.sandbox.story_names import NODE_LOST, NODE_LOST_MARK, SINCE, STORY, check_story
from dlctl.text import shown_name

ATTEMPTS = 20
PAUSE = 0.5
STRATEGIC = "application/strategic-merge-patch+json"


def simulate_pods(sandbox: str, target: str, story: str, namespace: str, *, home: Home) -> tuple[str, ...]:
    """Give `NAMESPACE/POD` or the pods of `job/NAME` a story; returns their names, as NAMESPACE/POD.

    Raises UsageError for an unknown story, SandboxError if the sandbox has no such pods.
    """
    check_story(story)
    with _server(sandbox, home) as server:
        return _play(server, named_pods(server, target, namespace), story, shown_name(target), sandbox)


def simulate_labelled(sandbox: str, labels: Mapping[str, str], story: str, *, home: Home) -> tuple[str, ...]:
    """Give a story to the pods that have these labels, or that objects with these labels control.

    Returns their names, as NAMESPACE/POD. Raises the errors of `simulate_pods`.
    """
    check_story(story)
    with _server(sandbox, home) as server:
        what = ", ".join(f"{key}={value}" for key, value in labels.items())
        return _play(server, pods_with_labels(server, labels), story, what, sandbox)


def simulate_node(sandbox: str, name: str, story: str, number: int | None, *, home: Home) -> None:
    """Give a node a story. Raises UsageError for an unknown one, SandboxError if there is no such node."""
    with _server(sandbox, home) as server:
        node = server.get(f"{NODES}/{quote(name, safe='')}")
        if node is None:
            hint = f"list them with 'dlctl sandbox kubectl {sandbox} get nodes'"
            raise SandboxError(f"no node {shown_name(name)} in sandbox '{sandbox}'", hint=hint)
        _change(server, node, story, number)


def _node_of(pod: Object) -> str:
    return str(pod["spec"]["nodeName"])


def _is_over(pod: Object) -> bool:
    """Whether a pod has ended, or is being deleted."""
    return "deletionTimestamp" in pod["metadata"] or pod["status"].get("phase") in ("Succeeded", "Failed")


def _play(server: Server, pods: Iterable[Object], story: str, what: str, sandbox: str) -> tuple[str, ...]:
    found = [pod for pod in pods if not _is_over(pod)]
    if not found:
        hint = f"list them with 'dlctl sandbox kubectl {sandbox} get pods -A'"
        raise SandboxError(f"no pods of {what} run in sandbox '{sandbox}'", hint=hint)
    if story == NODE_LOST:
        found = [pod for pod in found if pod["spec"].get("nodeName")]
        nodes = {name: server.get(f"{NODES}/{name}") for name in sorted({_node_of(pod) for pod in found})}
        if not any(nodes.values()):
            hint = f"list nodes with 'dlctl sandbox kubectl {sandbox} get nodes'"
            raise SandboxError(f"no pod of {what} is on a node of sandbox '{sandbox}'", hint=hint)
        for node in filter(None, nodes.values()):
            _change(server, node, NODE_LOST, None)
    else:
        since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        _annotate(server, found, {STORY: story, SINCE: since})
    return tuple(f"{pod['metadata']['namespace']}/{pod['metadata']['name']}" for pod in found)


def _annotate(server: Server, pods: Iterable[Object], annotations: Mapping[str, str | None]) -> None:
    patch = {"metadata": {"annotations": annotations}}
    in_parallel(lambda pod: server.request("PATCH", pod_path(pod), patch, MERGE_PATCH), pods, CONNECTIONS)


def _lose(server: Server, pods: Iterable[Object]) -> None:
    """Freeze pods whose node is lost, and make them unready, as the node controller does."""
    _annotate(server, pods, {NODE_LOST_MARK: "true"})
    _set_ready(server, pods, "False")


def _recover(server: Server, pods: Iterable[Object]) -> None:
    """Let pods whose node is back go on, and make them ready, as their kubelet does."""
    lost = [pod for pod in pods if NODE_LOST_MARK in pod["metadata"].get("annotations", {})]
    _annotate(server, lost, {NODE_LOST_MARK: None})
    _set_ready(server, lost, "True")


def _set_ready(server: Server, pods: Iterable[Object], ready: str) -> None:
    """Change the condition Ready of those that run."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    status = {"conditions": [{"type": "Ready", "status": ready, "lastTransitionTime": now}]}
    running_pods = [pod for pod in pods if pod["status"].get("phase") == "Running" and not _is_over(pod)]
    in_parallel(
        lambda pod: server.request("PATCH", f"{pod_path(pod)}/status", {"status": status}, STRATEGIC),
        running_pods,
        CONNECTIONS,
    )


def _change(server: Server, node: Object, story: str, number: int | None) -> None:
    name = node["metadata"]["name"]
    changes = node_changes(node, story, number)
    if story == NODE_LOST:  # before the node: its pods must not be deleted
        _lose(server, pods_on(server, name))
    server.request("PATCH", f"{NODES}/{name}", changes.body, MERGE_PATCH)
    for _ in range(ATTEMPTS if changes.status else 0):
        server.request("PATCH", f"{NODES}/{name}/status", {"status": changes.status}, STRATEGIC)
        time.sleep(PAUSE)
        if _has(server.get(f"{NODES}/{name}"), changes.status):
            break
    else:
        if changes.status:
            hint = "kwok writes it, too: repeat the command"
            raise SandboxError(f"node {name} did not keep its new status", hint=hint)
    if story == "recover":
        _recover(server, pods_on(server, name))


def _has(node: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> bool:
    """Whether the node still has this status: kwok may write what it read before."""
    if node is None:
        return False
    status = node["status"]
    states = {each["type"]: each["status"] for each in status.get("conditions", ())}
    kept = all(states.get(each["type"]) == each["status"] for each in wanted.get("conditions", ()))
    return kept and wanted.get("allocatable", {}).items() <= status["allocatable"].items()


def _server(sandbox: str, home: Home) -> Server:
    found = running(sandbox, home)
    return Server(found.server, Pki(home.folder(sandbox).pki))
