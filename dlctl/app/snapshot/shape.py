"""The shape of a snapshot's parts as JSON values: in cluster.yaml, in templates and in JSON output."""

from typing import Any

from dlctl.nodes.inventory.groups import GroupDevices, NodeGroup
from dlctl.nodes.inventory.model import Mode, Rdma


def group_value(group: NodeGroup) -> dict[str, Any]:
    """A group of nodes with the keys that it has a value for."""
    value: dict[str, Any] = {
        "count": group.count,
        "devices": [_devices(each) for each in group.devices],
        "rdma": _rdma(group.rdma) if group.rdma else None,
        "cpu": group.cpu,
        "memory": group.memory,
        "labels": dict(group.labels),
        "taints": [_without_empty(each.key, each.value, each.effect) for each in group.taints],
        "names": list(group.names),
    }
    return {key: part for key, part in value.items() if part or key in ("count", "cpu", "memory")}


def full_group_value(group: NodeGroup) -> dict[str, Any]:
    """A group of nodes with every key, as templates see it."""
    rdma = group.rdma
    return {
        "count": group.count,
        "devices": [_full_devices(each) for each in group.devices],
        "rdma": {"adapters": rdma.adapters, "rateGbps": rdma.rate, "link": rdma.link} if rdma else None,
        "cpu": group.cpu,
        "memory": group.memory,
        "labels": dict(group.labels),
        "taints": [{"key": each.key, "value": each.value, "effect": each.effect} for each in group.taints],
        "names": list(group.names),
    }


def _full_devices(devices: GroupDevices) -> dict[str, Any]:
    return {
        "resource": devices.resource,
        "count": devices.count,
        "model": devices.model,
        "mode": devices.mode.value,
        "part": devices.part,
        "replicas": devices.replicas,
    }


def _devices(devices: GroupDevices) -> dict[str, Any]:
    value: dict[str, Any] = {"resource": devices.resource, "count": devices.count}
    if devices.mode is not Mode.OTHER:
        value |= {"model": devices.model, "mode": devices.mode.value, "part": devices.part}
    else:
        value["mode"] = devices.mode.value
    if devices.replicas > 1:
        value["replicas"] = devices.replicas
    return {key: part for key, part in value.items() if part or key == "count"}


def _rdma(rdma: Rdma) -> dict[str, Any]:
    value = {"adapters": rdma.adapters, "rateGbps": rdma.rate, "link": rdma.link}
    return {key: part for key, part in value.items() if part is not None}


def _without_empty(key: str, value: str, effect: str) -> dict[str, str]:
    return {"key": key, **({"value": value} if value else {}), "effect": effect}
