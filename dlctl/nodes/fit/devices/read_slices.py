"""What ResourceSlices offer, and what ResourceClaims hold of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.devices.cel import EvaluationError, quantity, version
from dlctl.nodes.fit.devices.cel_syntax import UnsupportedError
from dlctl.nodes.fit.devices.model import Device, DeviceState, Offer
from dlctl.nodes.inventory.counters import shared_counters
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


def device_state(
    slices: Iterable[JsonObject],
    claims: Iterable[JsonObject],
    templates: Iterable[JsonObject],
    classes: Iterable[JsonObject],
    pods: frozenset[PodName],
) -> tuple[DeviceState, dict[PodName, frozenset[DeviceId]]]:
    """The state of devices, and which of them each of the listed pods holds."""
    every, offer = tuple(claims), _offer(slices)
    held: dict[PodName, frozenset[DeviceId]] = {}
    kept: dict[str, frozenset[DeviceId]] = {}
    for claim in every:
        ids = frozenset(allocated(claim))
        users = [name for name in holders(claim) if name in pods]
        for name in users:
            held[name] = held.get(name, frozenset()) | ids
        for each in () if users else ids:
            node = offer.devices[each].node if each in offer.devices else ""
            kept[node] = kept.get(node, frozenset()) | {each}
    return DeviceState(offer, every, tuple(templates), tuple(classes), kept), held


def with_slices(state: DeviceState, slices: Iterable[JsonObject]) -> DeviceState:
    """The state with the devices of further slices."""
    more = _offer(slices)
    offer = state.offer
    devices, counters = {**offer.devices, **more.devices}, {**offer.counters, **more.counters}
    return replace(state, offer=Offer(devices, counters, (*offer.several, *more.several)))


def _offer(slices: Iterable[JsonObject]) -> Offer:
    """The devices of complete pools."""
    pools = {name: specs for name, specs in _newest(slices).items() if len(specs) >= slice_count(specs[0])}
    found = [device for specs in pools.values() for spec in specs for device in _devices(spec)]
    return Offer(
        {device.id: device for device in found if device.node},
        {
            name: {key: value for spec in specs for key, value in shared_counters(spec)}
            for name, specs in pools.items()
        },
        tuple(device for device in found if not device.node),
    )


def _newest(slices: Iterable[JsonObject]) -> dict[PoolName, list[Mapping[str, Any]]]:
    """The specs of the slices of each pool, of its newest generation."""
    pools: dict[PoolName, list[Mapping[str, Any]]] = {}
    for body in slices:
        spec = body.get("spec") or {}
        known = pools.setdefault(pool_name(spec), [])
        if known and generation(known[0]) < generation(spec):
            known.clear()
        if not known or generation(known[0]) == generation(spec):
            known.append(spec)
    return pools


def _devices(spec: Mapping[str, Any]) -> Iterator[Device]:
    for each in published(spec):
        yield Device(
            each.id,
            each.node,
            _by_domain(each.id[0], each.body.get("attributes") or {}, _attribute),
            _by_domain(each.id[0], each.body.get("capacity") or {}, _capacity),
            each.consumes,
            each.taints,
        )


def _by_domain(
    driver: str, values: Mapping[str, Any], read: Callable[[Any], Any]
) -> dict[str, dict[str, Any]]:
    """Values by domain and name; a name without a domain has the driver's."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        domain, _, name = key.rpartition("/")
        found.setdefault(domain or driver, {})[name] = read(value)
    return found


def _attribute(value: Any) -> Any:
    body = value if isinstance(value, Mapping) else {}
    for key in ("string", "int", "bool"):
        if body.get(key) is not None:
            return body[key]
    try:
        return version(str(body.get("version") or ""))
    except (EvaluationError, UnsupportedError):
        return None


def _capacity(value: Any) -> Any:
    body = value if isinstance(value, Mapping) else {}
    try:
        return quantity(str(body.get("value") or "0"))
    except EvaluationError:
        return None
