"""Devices that nodes offer to claims (DRA): ResourceSlices, as a driver would publish them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Group = Mapping[str, Any]
"""Devices of one kind, as a plan states them: count, driver, product, memory, profile and attributes."""

NVIDIA = "gpu.nvidia.com"
MIG = "mig.nvidia.com"
MAX_DEVICES = 128
"""The most devices of one ResourceSlice (k8s.io/api/resource/v1: ResourceSliceMaxDevices)."""
ROOT = "resource.kubernetes.io/pcieRoot"
PER_ROOT = 4
"""So many devices share a PCIe root, as on a machine with two of them."""


def slices_of(node: str, groups: Sequence[Group]) -> Iterator[dict[str, Any]]:
    """A ResourceSlice of each driver with devices on a node; its pool is named after the node."""
    drivers: dict[str, list[Group]] = {}
    for group in groups:
        drivers.setdefault(_driver(group), []).append(group)
    for driver, own in drivers.items():
        devices = [
            _device(index, group, driver)
            for index, group in enumerate(group for group in own for _ in range(group["count"]))
        ]
        pool = {"name": node, "generation": 1, "resourceSliceCount": 1}
        yield {
            "apiVersion": "resource.k8s.io/v1",
            "kind": "ResourceSlice",
            "metadata": {"name": f"{node}-{driver}"},
            "spec": {"driver": driver, "nodeName": node, "pool": pool, "devices": devices},
        }


def classes_of(groups: Sequence[Group]) -> Iterator[dict[str, Any]]:
    """The DeviceClasses of the drivers: one of each, of NVIDIA's one for GPUs and one for MIG devices."""
    for driver in dict.fromkeys(map(_driver, groups)):
        if driver == NVIDIA:
            yield _class(NVIDIA, f"{_from(NVIDIA)} && device.attributes['{NVIDIA}'].type == 'gpu'")
            yield _class(MIG, f"{_from(NVIDIA)} && device.attributes['{NVIDIA}'].type == 'mig'")
        else:
            yield _class(driver, _from(driver))


def _driver(group: Group) -> str:
    return str(group.get("driver") or NVIDIA)


def _from(driver: str) -> str:
    return f"device.driver == '{driver}'"


def _class(name: str, expression: str) -> dict[str, Any]:
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "DeviceClass",
        "metadata": {"name": name},
        "spec": {"selectors": [{"cel": {"expression": expression}}]},
    }


def _device(index: int, group: Group, driver: str) -> dict[str, Any]:
    profile, kind = group.get("profile"), "mig" if group.get("profile") else "gpu"
    texts = {"type": kind, "productName": group.get("product"), "profile": profile}
    texts |= group.get("attributes") or {}
    texts[ROOT] = f"pci0000:{index // PER_ROOT:02x}"
    memory = group.get("memory")
    return {
        "name": f"{kind}-{index}",
        "attributes": {name: {"string": text} for name, text in texts.items() if text},
        **({"capacity": {"memory": {"value": str(memory)}}} if memory else {}),
    }
