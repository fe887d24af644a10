"""Devices of Dynamic Resource Allocation: what ResourceSlices offer, and what ResourceClaims hold of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.counters import (
    CounterName,
    consumed_counters,
    count_fitting,
    left,
    shared_counters,
)
from dlctl.nodes.inventory.gpu_model import short_model
from dlctl.nodes.inventory.model import DeviceKind, Mode

DeviceId = tuple[str, str, str]
"""Driver, pool and name: what identifies a device in a cluster."""
_BLOCKING = frozenset({"NoSchedule", "NoExecute"})
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
        self._pools: dict[tuple[str, str], _Pool] = {}
        self._allocated: set[DeviceId] = set()
        self._holders: dict[tuple[str, str], dict[str, int]] = {}

    def add_slice(self, body: JsonObject) -> None:
        """Take the devices of a ResourceSlice, unless its pool has been published anew."""
        spec = body.get("spec") or {}
        driver, pool = str(spec.get("driver") or ""), spec.get("pool") or {}
        if not self._is_device(driver):
            return
        known = self._pools.setdefault((driver, str(pool.get("name") or "")), _Pool())
        generation = int(pool.get("generation") or 0)
        if generation > known.generation:
            known.generation, known.slices = generation, 0
            known.devices, known.counters = [], {}
            known.expected = int(pool.get("resourceSliceCount") or 1)
        if generation == known.generation:
            known.slices += 1
            known.devices += _devices(spec, driver, str(pool.get("name") or ""))
            known.counters.update(shared_counters(spec))

    def add_claim(self, body: JsonObject) -> None:
        """Take what a ResourceClaim was allocated, also where no pod uses it yet."""
        status, metadata = body.get("status") or {}, body.get("metadata") or {}
        results = ((status.get("allocation") or {}).get("devices") or {}).get("results") or ()
        counts: dict[str, int] = {}
        for result in results:
            driver = str(result.get("driver") or "")
            if result.get("adminAccess") or not self._is_device(driver):
                continue
            self._allocated.add((driver, str(result.get("pool")), str(result.get("device"))))
            counts[driver] = counts.get(driver, 0) + 1
        for holder in status.get("reservedFor") or ():
            if holder.get("resource") == "pods" and counts:
                held = self._holders.setdefault((str(metadata.get("namespace")), str(holder.get("name"))), {})
                for driver, count in counts.items():
                    held[driver] = held.get(driver, 0) + count

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
        pools: dict[tuple[str, str], list[_Device]] = {}
        for device in devices:
            if device.healthy and device.consumes and device.id not in self._allocated:
                pools.setdefault(device.id[:2], []).append(device)
        return sum(len(each) - self._fitting(self._pools[pool], each) for pool, each in pools.items())

    def _fitting(self, pool: _Pool, devices: Sequence[_Device]) -> int:
        taken = (device.consumes for device in pool.devices if device.id in self._allocated)
        return count_fitting(left(pool.counters, taken), (device.consumes for device in devices))


def _order(kind: DeviceKind) -> tuple[str, str, str]:
    return kind.resource, kind.model, kind.part


def _devices(spec: Mapping[str, Any], driver: str, pool: str) -> Iterator[_Device]:
    for body in spec.get("devices") or ():
        basic = body.get("basic") or body  # v1beta1 has it one level deeper
        node = str(spec.get("nodeName") or basic.get("nodeName") or "")
        name = str(body.get("name") or "")
        blocked = any(taint.get("effect") in _BLOCKING for taint in basic.get("taints") or ())
        kind = _kind(driver, basic.get("attributes") or {})
        yield _Device((driver, pool, name), node, kind, not blocked, consumed_counters(basic))


def _kind(driver: str, attributes: Mapping[str, Any]) -> DeviceKind:
    """Attributes may be written with their domain: `gpu.nvidia.com/productName`."""
    values = {name.rpartition("/")[2]: str(value.get("string") or "") for name, value in attributes.items()}
    type_ = values.get("type", "")
    part = "" if type_ in _WHOLE else values.get("profile") or type_
    return DeviceKind(driver, short_model(values.get("productName", "")), Mode.DRA, part)
