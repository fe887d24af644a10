"""A Node object as a value; what pods hold of it is not known yet."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory import names
from dlctl.nodes.inventory.amounts import THOUSANDTHS, Amounts, amounts, whole
from dlctl.nodes.inventory.claims import Claimable
from dlctl.nodes.inventory.device_kind import device_kind, labelled_models, model_of, promises_devices
from dlctl.nodes.inventory.model import Compute, DeviceKind, Devices, Finding, Mode, Node
from dlctl.nodes.inventory.node_status import NO_PLUGIN, Toleration, node_status
from dlctl.nodes.inventory.pods import IsDevice
from dlctl.nodes.inventory.rdma import rdma_of

Labels = Mapping[str, str]


def read_node(
    node: JsonObject,
    is_device: IsDevice,
    claimable: Sequence[Claimable] = (),
    tolerated: Sequence[Sequence[Toleration]] = (),
) -> Node:
    """A node with the devices that `is_device` accepts and those that claims can have of it (DRA)."""
    metadata, status = node.get("metadata") or {}, node.get("status") or {}
    labels: Labels = metadata.get("labels") or {}
    capacity = amounts(status.get("capacity"))
    allocatable = amounts(status.get("allocatable") or status.get("capacity"))
    listed = sorted(name for name in {**capacity, **allocatable} if is_device(name))
    offers = any(capacity.get(name) for name in listed if names.is_device(name)) or bool(claimable)
    reasons = node_status(node, own_keys(listed), tolerated)
    if not offers and promises_devices(labels):
        reasons = (*reasons, NO_PLUGIN)
    usable = not reasons
    devices = (
        *_plugin_devices(labels, listed, capacity, allocatable, usable=usable),
        *_claimable_devices(labels, claimable, usable=usable),
    )
    if NO_PLUGIN in reasons and not devices:
        missing = DeviceKind("nvidia.com/gpu", model_of("nvidia.com", labels), Mode.EXCLUSIVE)
        devices = (Devices(missing, 0, 0, None, usable=False),)
    return Node(
        name=str(metadata.get("name") or ""),
        status=reasons,
        created=str(metadata.get("creationTimestamp") or ""),
        devices=devices,
        rdma=rdma_of(labels, capacity),
        cpu=Compute(allocatable.get("cpu", 0), None),
        memory=Compute(allocatable.get("memory", 0) // THOUSANDTHS, None),
        address=_address(status),
        zone=_first(labels, names.ZONE_LABELS),
        topology=_first(labels, names.TOPOLOGY_LABELS),
        driver=_driver(labels),
        kubelet=str((status.get("nodeInfo") or {}).get("kubeletVersion") or ""),
        findings=tuple(_findings(labels, devices, offers=offers)),
    )


def own_keys(resources: Collection[str]) -> frozenset[str]:
    """The keys of taints that only say that a node has these devices: the resource, or its vendor's `gpu`."""
    return frozenset({*resources, *(f"{name.partition('/')[0]}/gpu" for name in resources)})


def _plugin_devices(
    labels: Labels, listed: Sequence[str], capacity: Amounts, allocatable: Amounts, *, usable: bool
) -> Iterator[Devices]:
    """The devices of each extended resource; their use is not known yet."""
    for name in listed:
        total, offered = whole(capacity.get(name, 0)), whole(allocatable.get(name, 0))
        if total or offered:
            yield Devices(device_kind(name, labels), max(total, offered), offered, None, usable)


def _claimable_devices(labels: Labels, claimable: Sequence[Claimable], *, usable: bool) -> Iterator[Devices]:
    """The devices that claims can have; where they do not name their model the node's labels do."""
    for each in claimable:
        vendor = each.kind.resource.partition(".")[2]
        kind = each.kind if each.kind.model else replace(each.kind, model=model_of(vendor, labels))
        yield Devices(kind, each.capacity, each.allocatable, each.used, usable)


def _findings(labels: Labels, devices: Sequence[Devices], *, offers: bool) -> Iterator[Finding]:
    if not offers and promises_devices(labels):
        yield Finding("label-without-device", "labels say that it has accelerators, and no plugin offers any")
    for each in devices:
        if not each.kind.model and each.capacity and each.kind.mode is not Mode.OTHER:
            yield Finding("device-without-label", f"nothing names the model of its {each.kind.resource}")
        if each.bad:
            yield Finding("unhealthy", f"{each.bad} of {each.capacity} {each.kind.resource} are not healthy")
    if len(models := labelled_models(labels)) > 1:
        yield Finding("mixed-models", f"it has several models: {', '.join(models)}")


def _address(status: Mapping[str, Any]) -> str:
    addresses = status.get("addresses") or ()
    return next((str(each.get("address")) for each in addresses if each.get("type") == "InternalIP"), "")


def _driver(labels: Labels) -> str:
    parts = [labels[name] for name in names.DRIVER_PARTS if labels.get(name)]
    return _first(labels, names.DRIVER_LABELS) or ".".join(parts)


def _first(labels: Labels, wanted: Sequence[str]) -> str:
    return next((labels[name] for name in wanted if labels.get(name)), "")
