"""A Node object as a value; what pods hold of it is not known yet."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory import names
from dlctl.nodes.inventory.amounts import THOUSANDTHS, Amounts, amounts, whole
from dlctl.nodes.inventory.claims import Claimable
from dlctl.nodes.inventory.device_kind import (
    device_kind,
    labelled_models,
    model_of,
    pci_models,
    promises_devices,
)
from dlctl.nodes.inventory.model import Compute, DeviceKind, Devices, Finding, Mode, Node
from dlctl.nodes.inventory.node_status import NO_PLUGIN, Toleration, node_status
from dlctl.nodes.inventory.pods import IsDevice
from dlctl.nodes.inventory.rdma import rdma_of
from dlctl.nodes.inventory.topology import Topology

Labels = Mapping[str, str]
_BY_LABELS = Topology()


def read_node(
    node: JsonObject,
    is_device: IsDevice,
    claimable: Sequence[Claimable] = (),
    tolerated: Sequence[Sequence[Toleration]] = (),
    topology: Topology = _BY_LABELS,
) -> Node:
    """A node with the devices that `is_device` accepts and those that claims can have of it (DRA)."""
    metadata, status = node.get("metadata") or {}, node.get("status") or {}
    labels: Labels = metadata.get("labels") or {}
    capacity = amounts(status.get("capacity"))
    allocatable = amounts(status.get("allocatable") or status.get("capacity"))
    listed = tuple(sorted(name for name in {**capacity, **allocatable} if is_device(name)))
    stated = _Stated(labels, capacity, allocatable, listed, claimable)
    own = own_keys(stated.listed) | _keys_of_drivers(claimable)
    reasons = node_status(node, own, tolerated)
    reasons = (*reasons, NO_PLUGIN) if stated.promises_more else reasons
    devices = tuple(stated.devices(usable=not reasons))
    return Node(
        name=str(metadata.get("name") or ""),
        status=reasons,
        created=str(metadata.get("creationTimestamp") or ""),
        devices=devices,
        rdma=rdma_of(labels, stated.capacity),
        cpu=Compute(stated.allocatable.get("cpu", 0), None),
        memory=Compute(stated.allocatable.get("memory", 0) // THOUSANDTHS, None),
        address=_address(status),
        zone=_first(labels, names.ZONE_LABELS),
        topology=topology.of(str(metadata.get("name") or ""), labels),
        driver=_driver(labels),
        kubelet=str((status.get("nodeInfo") or {}).get("kubeletVersion") or ""),
        findings=tuple(_findings(labels, devices, promises_more=stated.promises_more)),
    )


def own_keys(resources: Collection[str]) -> frozenset[str]:
    """The keys of taints that only say that a node has these devices: the resource, or its vendor's `gpu`."""
    return frozenset({*resources, *(f"{name.partition('/')[0]}/gpu" for name in resources)})


def _keys_of_drivers(claimable: Iterable[Claimable]) -> frozenset[str]:
    """The same for devices of DRA drivers: `nvidia.com/gpu` for those of gpu.nvidia.com."""
    named = (each.kind.resource.partition(".") for each in claimable)
    return frozenset(f"{vendor}/{sort}" for sort, _, vendor in named)


class _Stated(Struct, frozen=True):
    """What a node's labels, its device plugins and its DRA drivers say of its devices.

    `listed` are the resources that have a row.
    """

    labels: Labels
    capacity: Amounts
    allocatable: Amounts
    listed: tuple[str, ...]
    claimable: Sequence[Claimable]

    @property
    def promises_more(self) -> bool:
        """Whether labels say that there are accelerators, and nothing offers any."""
        offered = any(self.capacity.get(name) for name in self.listed if names.is_device(name))
        return not offered and not self.claimable and promises_devices(self.labels)

    def devices(self, *, usable: bool) -> Iterator[Devices]:
        """The devices of each kind, their use not known yet; a row of none where labels promise some."""
        found = [*self._of_plugins(usable), *self._of_drivers(usable)]
        if self.promises_more and not found:
            missing = DeviceKind("nvidia.com/gpu", model_of("nvidia.com", self.labels), Mode.EXCLUSIVE)
            found = [Devices(missing, 0, 0, None, usable=False)]
        yield from found

    def _of_plugins(self, usable: bool) -> Iterator[Devices]:
        for name in self.listed:
            total, offered = whole(self.capacity.get(name, 0)), whole(self.allocatable.get(name, 0))
            if total or offered:
                yield Devices(device_kind(name, self.labels), max(total, offered), offered, None, usable)

    def _of_drivers(self, usable: bool) -> Iterator[Devices]:
        """Where devices do not name their model, the node's labels do."""
        for each in self.claimable:
            vendor = each.kind.resource.partition(".")[2]
            model = each.kind.model or model_of(vendor, self.labels)
            yield Devices(
                replace(each.kind, model=model),
                each.capacity,
                each.allocatable,
                each.used,
                usable,
                blocked=each.blocked,
            )


def _findings(labels: Labels, devices: Sequence[Devices], *, promises_more: bool) -> Iterator[Finding]:
    if promises_more:
        yield Finding("label-without-device", "labels say that it has accelerators, and no plugin offers any")
    for each in devices:
        if not each.kind.model and each.capacity and each.kind.mode is not Mode.OTHER:
            yield Finding("device-without-label", f"nothing names the model of its {each.kind.resource}")
        if each.bad:
            yield Finding("unhealthy", f"{each.bad} of {each.capacity} {each.kind.resource} are not healthy")
    if len(models := labelled_models(labels) or pci_models(labels)) > 1:
        yield Finding("mixed-models", f"it has several models: {', '.join(models)}")


def _address(status: Mapping[str, Any]) -> str:
    addresses = status.get("addresses") or ()
    return next((str(each.get("address")) for each in addresses if each.get("type") == "InternalIP"), "")


def _driver(labels: Labels) -> str:
    parts = [labels[name] for name in names.DRIVER_PARTS if labels.get(name)]
    return _first(labels, names.DRIVER_LABELS) or ".".join(parts)


def _first(labels: Labels, wanted: Sequence[str]) -> str:
    return next((labels[name] for name in wanted if labels.get(name)), "")
