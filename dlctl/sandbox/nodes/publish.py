"""Publish the devices of simulated nodes on a sandbox's API server, and take back those of nodes that go."""

from collections.abc import Collection, Mapping
from typing import Any

from dlctl.errors import SandboxError
from dlctl.plan.parallel import in_parallel
from dlctl.sandbox.host.server import CONNECTIONS, Server
from dlctl.sandbox.nodes.devices import classes_of, slices_of
from dlctl.sandbox.nodes.model import NodePlan

GROUP = "/apis/resource.k8s.io/v1"
SLICES = f"{GROUP}/resourceslices"
CLASSES = f"{GROUP}/deviceclasses"


def publish(server: Server, plan: NodePlan, gone: Collection[str]) -> None:
    """Make the slices of the plan's nodes exactly these, and delete those of the nodes that are `gone`.

    Raises SandboxError where the API server does not serve devices.
    """
    listed = server.get(SLICES)
    if listed is None:
        if plan.devices:
            raise SandboxError(
                "devices of nodes need resource.k8s.io/v1, which the API server does not serve",
                hint="use the control plane that dlctl builds, or one of Kubernetes 1.34 or newer",
            )
        return
    touched = {*gone, *(node["metadata"]["name"] for node in plan.nodes)}
    present = {each["metadata"]["name"]: each for each in listed["items"] if _node(each) in touched}
    wanted = {
        each["metadata"]["name"]: each
        for node, groups in plan.devices.items()
        for each in slices_of(node, groups)
    }
    surplus = {name for name, each in present.items() if not _same(each, wanted.get(name))}
    new = [each for name, each in wanted.items() if name not in present or name in surplus]
    in_parallel(lambda name: server.request("DELETE", f"{SLICES}/{name}"), surplus, CONNECTIONS)
    in_parallel(lambda each: server.request("POST", SLICES, each), new, CONNECTIONS)
    for each in classes_of([group for groups in plan.devices.values() for group in groups]):
        server.request("POST", CLASSES, each)


def _node(each: Mapping[str, Any]) -> str:
    return str(each["spec"].get("nodeName") or "")


def _same(present: Mapping[str, Any], wanted: Mapping[str, Any] | None) -> bool:
    return wanted is not None and present["spec"].get("devices") == wanted["spec"]["devices"]
