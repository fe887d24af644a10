"""What objects of Dynamic Resource Allocation state: devices of ResourceSlices, and who has them."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.counters import CounterName, consumed_counters

PoolName = tuple[str, str]
"""Driver and pool."""
DeviceId = tuple[str, str, str]
"""Driver, pool and name: what identifies a device in a cluster."""
PodName = tuple[str, str]
"""Namespace and name."""
_BLOCKING = frozenset({"NoSchedule", "NoExecute"})


class Published(Struct, frozen=True):
    """A device of a slice. `node` is empty where several nodes can use it; `body` has its attributes.

    `consumes` is what it takes of its pool's counters, `taints` are those that keep claims away.
    """

    id: DeviceId
    node: str
    body: Mapping[str, Any]
    consumes: Mapping[CounterName, int]
    taints: tuple[Mapping[str, Any], ...]


def pool_name(spec: Mapping[str, Any]) -> PoolName:
    """The pool of a slice's spec."""
    return str(spec.get("driver") or ""), str((spec.get("pool") or {}).get("name") or "")


def generation(spec: Mapping[str, Any]) -> int:
    """The generation of the pool that a slice is of: a pool may be published anew."""
    return int((spec.get("pool") or {}).get("generation") or 0)


def slice_count(spec: Mapping[str, Any]) -> int:
    """How many slices that generation of the pool has."""
    return int((spec.get("pool") or {}).get("resourceSliceCount") or 1)


def published(spec: Mapping[str, Any]) -> Iterator[Published]:
    """The devices of a slice's spec."""
    pool = pool_name(spec)
    for each in spec.get("devices") or ():
        body = each.get("basic") or each  # v1beta1 has it one level deeper
        yield Published(
            (*pool, str(each.get("name") or "")),
            str(spec.get("nodeName") or body.get("nodeName") or ""),
            body,
            consumed_counters(body),
            tuple(taint for taint in body.get("taints") or () if taint.get("effect") in _BLOCKING),
        )


def allocated(claim: JsonObject) -> Iterator[DeviceId]:
    """The devices that a claim has; those that it only looks after (adminAccess) are left out."""
    devices = ((claim.get("status") or {}).get("allocation") or {}).get("devices") or {}
    for each in devices.get("results") or ():
        if not each.get("adminAccess"):
            yield str(each.get("driver") or ""), str(each.get("pool")), str(each.get("device"))


def holders(claim: JsonObject) -> Iterator[PodName]:
    """The pods for which a claim is reserved."""
    namespace = str((claim.get("metadata") or {}).get("namespace"))
    for each in (claim.get("status") or {}).get("reservedFor") or ():
        if each.get("resource") == "pods":
            yield namespace, str(each.get("name"))
