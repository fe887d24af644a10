"""Pods that already use a part of nodes, as those of other teams do."""

from collections.abc import Mapping
from typing import Any

from dlctl.plan.parallel import in_parallel
from dlctl.sandbox.host.server import CONNECTIONS, Server
from dlctl.sandbox.nodes.model import NodePlan

NAMESPACE = "busy"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"


def fill(server: Server, plan: NodePlan) -> None:
    """Run a pod on each busy node, and no such pod on the other nodes of the plan."""
    present = {pod["metadata"]["name"]: pod for pod in (server.get(PODS) or {}).get("items", ())}
    if plan.busy:
        _create_namespace(server)
    planned = {_name(node["metadata"]["name"]) for node in plan.nodes}
    wanted = {_name(node): _pod(node, requests) for node, requests in plan.busy.items()}
    surplus = [name for name, pod in present.items() if name in planned and not _same(pod, wanted.get(name))]
    new = [pod for name, pod in wanted.items() if name in surplus or name not in present]
    in_parallel(
        lambda name: server.request("DELETE", f"{PODS}/{name}?gracePeriodSeconds=0"), surplus, CONNECTIONS
    )
    in_parallel(lambda pod: server.request("POST", PODS, pod), new, CONNECTIONS)


def _create_namespace(server: Server) -> None:
    server.request("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
    # The controller makes it, too, but later than the first pod.
    account = {"metadata": {"name": "default"}}
    server.request("POST", f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts", account)


def _name(node: str) -> str:
    return f"busy-{node}"


def _requests(pod: Mapping[str, Any]) -> Any:
    return pod["spec"]["containers"][0]["resources"]["requests"]


def _same(present: Mapping[str, Any], wanted: Mapping[str, Any] | None) -> bool:
    return wanted is not None and _requests(present) == _requests(wanted)


def _pod(node: str, requests: Mapping[str, str]) -> dict[str, Any]:
    container = {"name": "main", "image": "sandbox/busy"}
    spec = {
        "nodeName": node,
        "tolerations": [{"operator": "Exists"}],
        "automountServiceAccountToken": False,
        "containers": [{**container, "resources": {"requests": requests, "limits": requests}}],
    }
    metadata = {"name": _name(node), "labels": {"app.kubernetes.io/name": NAMESPACE}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
