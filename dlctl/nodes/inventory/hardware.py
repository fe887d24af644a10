"""A group's hardware in a few words."""

from dlctl.nodes.inventory.groups import GroupDevices, NodeGroup
from dlctl.nodes.inventory.model import DeviceKind, Mode

PLAIN = "without accelerators"


def hardware(group: NodeGroup) -> str:
    """`8×H100-80G, 8×400G IB`: the accelerators of each node and its RDMA network."""
    parts = [f"{each.count}×{_title(each)}" for each in group.devices if each.mode is not Mode.OTHER]
    return ", ".join([*(parts or [PLAIN]), *([str(group.rdma)] if group.rdma else [])])


def _title(devices: GroupDevices) -> str:
    return DeviceKind(devices.resource, devices.model, devices.mode, devices.part, devices.replicas).title
