"""Create, change and delete a sandbox's nodes, and check that they accept pods."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dlctl.labels import NODE_SHAPE
from dlctl.plan.parallel import in_parallel
from dlctl.sandbox.host.server import CONNECTIONS, MERGE_PATCH, Server
from dlctl.sandbox.nodes.busy import fill
from dlctl.sandbox.nodes.endpoint import with_endpoint
from dlctl.sandbox.nodes.model import NodePlan
from dlctl.sandbox.nodes.publish import publish

NODES = "/api/v1/nodes"
SYSTEM = "node.kubernetes.io/"
"""The key prefix of the node controller's taints."""
NOT_READY = f"{SYSTEM}not-ready"
PARTS = ("metadata", "spec", "status")
PAGE = 500
Node = Mapping[str, Any]


class Changes(Struct, frozen=True):
    """How many nodes were created, changed and deleted."""

    created: int = 0
    changed: int = 0
    deleted: int = 0


def simulate(server: Server, plan: NodePlan, kubelet_port: int = 0) -> Changes:
    """Create, change and delete nodes as planned, with their kubelet at this port, unless 0.

    Nodes of other shapes stay.
    """
    present = {node["metadata"]["name"]: node for node in list_nodes(server)}
    wanted = {node["metadata"]["name"]: with_endpoint(node, kubelet_port) for node in plan.nodes}
    new = [node for name, node in wanted.items() if name not in present]
    kept = [(present[name], node) for name, node in wanted.items() if name in present]
    merged = [(old, _with_system_taints(node, old)) for old, node in kept]
    changed = [node for old, node in merged if not all(_covers(old[part], node[part]) for part in PARTS)]
    surplus = [name for name, node in present.items() if name not in wanted and _shape_of(node) in plan.exact]
    in_parallel(lambda node: server.request("POST", NODES, node), new, CONNECTIONS)
    in_parallel(lambda node: _change(server, node), changed, CONNECTIONS)
    in_parallel(lambda name: server.request("DELETE", f"{NODES}/{name}"), surplus, CONNECTIONS)
    publish(server, plan, surplus)
    fill(server, plan)
    return Changes(len(new), len(changed), len(surplus))


def list_nodes(server: Server) -> list[Node]:
    """All nodes."""
    nodes: list[Node] = []
    more = ""
    while True:
        page = server.get(f"{NODES}?limit={PAGE}{more}")
        nodes.extend(page["items"])
        if not page["metadata"].get("continue"):
            return nodes
        more = f"&continue={page['metadata']['continue']}"


def takes_pods(node: Node, kubelet_port: int | None = None) -> bool:
    """Whether a node is ready, and the node controller has seen it; its kubelet must have this port."""
    status = node.get("status", {})
    port = status.get("daemonEndpoints", {}).get("kubeletEndpoint", {}).get("Port")
    if kubelet_port is not None and port != kubelet_port:
        return False
    conditions = status.get("conditions", ())
    ready = any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)
    return ready and all(taint["key"] != NOT_READY for taint in node["spec"].get("taints", ()))


def _shape_of(node: Node) -> str | None:
    shape: str | None = node["metadata"].get("labels", {}).get(NODE_SHAPE)
    return shape


def _with_system_taints(wanted: Node, present: Node) -> Node:
    """The wanted node with the node controller's taints of the present one."""
    taints = [taint for taint in present["spec"].get("taints", ()) if taint["key"].startswith(SYSTEM)]
    spec = wanted.get("spec") or {}
    return {**wanted, "spec": {**spec, "taints": [*spec.get("taints", ()), *taints]}} if taints else wanted


def _change(server: Server, node: Node) -> None:
    path = f"{NODES}/{node['metadata']['name']}"
    server.request("PATCH", path, {"metadata": node["metadata"], "spec": node.get("spec", {})}, MERGE_PATCH)
    server.request("PATCH", f"{path}/status", {"status": node["status"]}, MERGE_PATCH)


def _covers(present: Any, wanted: Any) -> bool:
    """Whether every wanted field has the wanted value."""
    if isinstance(wanted, list) and isinstance(present, list):
        return len(wanted) == len(present) and all(item in present for item in wanted)
    if isinstance(wanted, Mapping):
        return isinstance(present, Mapping) and all(
            key in present and _covers(present[key], value) for key, value in wanted.items()
        )
    return bool(present == wanted)
