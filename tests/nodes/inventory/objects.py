"""Nodes, pods, slices and claims as an API server lists them, written briefly."""

from collections.abc import Iterable, Mapping
from typing import Any

from dlctl.nodes.inventory.collect import Collection, Wanted
from dlctl.nodes.inventory.model import Devices, Inventory, Node

Body = dict[str, Any]
GPU = "nvidia.com/gpu"
READY = {"type": "Ready", "status": "True"}


def node(
    name: str = "gpu-1",
    capacity: Mapping[str, Any] | None = None,
    allocatable: Mapping[str, Any] | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    conditions: Iterable[Mapping[str, str]] = (READY,),
    **spec: Any,
) -> Body:
    """A node; it is ready, and offers all that it has, unless said otherwise."""
    has = {"cpu": "64", "memory": "256Gi", **(capacity if capacity is not None else {GPU: "8"})}
    return {
        "metadata": {"name": name, "labels": dict(labels or {}), "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": spec,
        "status": {
            "capacity": has,
            "allocatable": {**has, **(allocatable or {})},
            "conditions": list(conditions),
        },
    }


def takes(name: str = "main", **more: Any) -> Body:
    """A container that requests some GPUs: `takes(gpus=2)`; `requests` and `limits` as they are."""
    gpus = more.pop("gpus", None)
    resources = {key: more.pop(key) for key in ("requests", "limits") if key in more}
    if gpus is not None:
        resources = {"requests": {GPU: str(gpus)}, "limits": {GPU: str(gpus)}}
    return {"name": name, "resources": resources, **more}


def sidecar(**more: Any) -> Body:
    """An init container that goes on beside the others."""
    return takes(restartPolicy="Always", **more)


def pod(
    *containers: Body,
    on: str = "gpu-1",
    init: Iterable[Body] = (),
    name: str = "train",
    phase: str = "Running",
    deleting: bool = False,
    owner: str = "",
    status: Mapping[str, Any] | None = None,
    **spec: Any,
) -> Body:
    """A pod on a node; `on` empty: it waits for one."""
    metadata: Body = {"namespace": "ml", "name": name}
    if deleting:
        metadata["deletionTimestamp"] = "2026-01-02T00:00:00Z"
    if owner:
        metadata["ownerReferences"] = [{"uid": owner, "controller": True, "kind": "Job", "name": owner}]
    placed = {"nodeName": on} if on else {}
    return {
        "metadata": metadata,
        "spec": {"containers": list(containers), "initContainers": list(init), **placed, **spec},
        "status": {"phase": phase, **(status or {})},
    }


def resource_slice(
    *devices: Body,
    on: str = "gpu-1",
    driver: str = "gpu.nvidia.com",
    pool: str = "",
    generation: int = 1,
    slices: int = 1,
) -> Body:
    """A ResourceSlice of one pool."""
    named = {"name": pool or on, "generation": generation, "resourceSliceCount": slices}
    return {"spec": {"driver": driver, "nodeName": on, "pool": named, "devices": list(devices)}}


def gpu_device(name: str, product: str = "NVIDIA H100 80GB HBM3", **more: Any) -> Body:
    """A device of a slice."""
    return {
        "name": name,
        "attributes": {"productName": {"string": product}, "type": {"string": "gpu"}},
        **more,
    }


def claim(*devices: str, pool: str = "gpu-1", holders: Iterable[str] = (), **more: Any) -> Body:
    """A ResourceClaim that was allocated devices of a pool."""
    results = [{"driver": "gpu.nvidia.com", "pool": pool, "device": name, **more} for name in devices]
    reserved = [{"resource": "pods", "name": name, "uid": name} for name in holders]
    return {
        "metadata": {"namespace": "ml", "name": "claim"},
        "status": {"allocation": {"devices": {"results": results}}, "reservedFor": reserved},
    }


def inventory(
    nodes: Iterable[Body],
    pods: Iterable[Body] = (),
    slices: Iterable[Body] = (),
    claims: Iterable[Body] = (),
    wanted: Wanted | None = None,
) -> Inventory:
    """All of it counted."""
    found = Collection(wanted or Wanted())
    for each in slices:
        found.add_slice(each)
    for each in claims:
        found.add_claim(each)
    for each in nodes:
        found.add_node(each)
    for each in pods:
        found.add_pod(each)
    return found.inventory()


def only_node(found: Inventory) -> Node:
    """The one node."""
    (one,) = found.nodes
    return one


def only_devices(found: Inventory) -> Devices:
    """The one kind of device of the one node."""
    (one,) = only_node(found).devices
    return one


def codes(found: Inventory) -> list[str]:
    """The findings of all nodes."""
    return [finding.code for each in found.nodes for finding in each.findings]
