"""Devices of Dynamic Resource Allocation: what ResourceSlices offer, and what ResourceClaims hold of it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.counters import CounterName, count_fitting, left, shared_counters
from dlctl.nodes.inventory.dra_objects import (
    DeviceId,
    PodName,
    PoolName,
    allocated,
    generation,
    holders,
    pool_name,
    published,
    slice_count,
)
from dlctl.nodes.inventory.gpu_model import short_model
from dlctl.nodes.inventory.model import DeviceKind, Mode

_WHOLE = frozenset({"", "gpu"})
"""Types of device that are a whole accelerator."""


class Claimable(Struct, frozen=True):
    """Devices of one kind that one node offers to claims: all, healthy ones, and those that are allocated.

    `blocked` are healthy ones that cannot be allocated beside others, since they share counters.
    """

    kind: DeviceKind
    capacity: int
    allocatable: int
    used: int | None
    blocked: int = 0


class _Device(Struct, frozen=True):
    id: DeviceId
    node: str
    kind: DeviceKind
    healthy: bool
    consumes: Mapping[CounterName, int]


class _Pool(Struct):
    """The newest generation of a pool that was seen: a pool may be published anew, in several slices."""

    generation: int = -1
    slices: int = 0
    expected: int = 0
    devices: list[_Device] = field(default_factory=list)
    counters: dict[CounterName, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all slices were seen."""
        return self.slices >= self.expected


class DeviceClaims:
    """Slices and claims of one cluster, as they are added; `is_device` accepts drivers."""

    def __init__(self, is_device: Callable[[str], bool]) -> None:
        self._is_device = is_device
        self._pools: dict[PoolName, _Pool] = {}
        self._allocated: set[DeviceId] = set()
        self._holders: dict[PodName, Counter[str]] = {}

    def add_slice(self, body: JsonObject) -> None:
        """Take the devices of a ResourceSlice, unless its pool has been published anew."""
        spec = body.get("spec") or {}
        name = pool_name(spec)
        if not self._is_device(name[0]):
            return
        known, found = self._pools.setdefault(name, _Pool()), generation(spec)
        if found > known.generation:
            known.generation, known.slices = found, 0
            known.devices, known.counters = [], {}
            known.expected = slice_count(spec)
        if found == known.generation:
            known.slices += 1
            known.devices += _devices(spec)
            known.counters.update(shared_counters(spec))

    def add_claim(self, body: JsonObject) -> None:
        """Take what a ResourceClaim was allocated, also where no pod uses it yet."""
        ids = [each for each in allocated(body) if self._is_device(each[0])]
        self._allocated.update(ids)
        for pod in holders(body) if ids else ():
            self._holders.setdefault(pod, Counter()).update(driver for driver, _, _ in ids)

    def held_by(self, namespace: str, pod: str) -> Mapping[str, int]:
        """How many devices of each driver the claims of a pod hold."""
        return self._holders.get((namespace, pod), {})

    def by_node(self, *, claims_known: bool = True) -> dict[str, tuple[Claimable, ...]]:
        """What each node offers; a pool of which slices are missing offers nothing that can be counted."""
        found: dict[str, dict[DeviceKind, list[_Device]]] = {}
        for pool in self._pools.values():
            for device in pool.devices if pool.complete else ():
                if device.node:
                    found.setdefault(device.node, {}).setdefault(device.kind, []).append(device)
        return {
            node: tuple(
                self._claimable(kind, kinds[kind], claims_known) for kind in sorted(kinds, key=_order)
            )
            for node, kinds in found.items()
        }

    def _claimable(self, kind: DeviceKind, devices: list[_Device], claims_known: bool) -> Claimable:
        healthy = sum(device.healthy for device in devices)
        used = sum(device.id in self._allocated for device in devices) if claims_known else None
        blocked = self._blocked(devices) if claims_known else 0
        return Claimable(kind, len(devices), healthy, used, blocked)

    def _blocked(self, devices: Sequence[_Device]) -> int:
        """How many healthy devices that nobody holds could not be allocated, or not all together."""
        pools: dict[PoolName, list[_Device]] = {}
        for device in devices:
            if device.healthy and device.consumes and device.id not in self._allocated:
                pools.setdefault(device.id[:2], []).append(device)
        return sum(len(each) - self._fitting(self._pools[pool], each) for pool, each in pools.items())

    def _fitting(self, pool: _Pool, devices: Sequence[_Device]) -> int:
        taken = (device.consumes for device in pool.devices if device.id in self._allocated)
        return count_fitting(left(pool.counters, taken), (device.consumes for device in devices))


def _order(kind: DeviceKind) -> tuple[str, str, str]:
    return kind.resource, kind.model, kind.part


def _devices(spec: Mapping[str, Any]) -> Iterator[_Device]:
    for each in published(spec):
        kind = _kind(each.id[0], each.body.get("attributes") or {})
        yield _Device(each.id, each.node, kind, not each.taints, each.consumes)


def _kind(driver: str, attributes: Mapping[str, Any]) -> DeviceKind:
    """Attributes may be written with their domain: `gpu.nvidia.com/productName`."""
    values = {name.rpartition("/")[2]: str(value.get("string") or "") for name, value in attributes.items()}
    type_ = values.get("type", "")
    part = "" if type_ in _WHOLE else values.get("profile") or type_
    return DeviceKind(driver, short_model(values.get("productName", "")), Mode.DRA, part)
