"""What ResourceSlices offer, and what ResourceClaims hold of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.devices.cel import EvaluationError, quantity, version
from dlctl.nodes.fit.devices.cel_syntax import UnsupportedError
from dlctl.nodes.fit.devices.model import Device, DeviceState, Offer, PoolName
from dlctl.nodes.inventory.claims import DeviceId
from dlctl.nodes.inventory.counters import consumed_counters, shared_counters

_BLOCKING = frozenset({"NoSchedule", "NoExecute"})
PodName = tuple[str, str]


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
        holders = [name for name in _holders(claim) if name in pods]
        for name in holders:
            held[name] = held.get(name, frozenset()) | ids
        for each in () if holders else ids:
            node = offer.devices[each].node if each in offer.devices else ""
            kept[node] = kept.get(node, frozenset()) | {each}
    return DeviceState(offer, every, tuple(templates), tuple(classes), kept), held


def with_slices(state: DeviceState, slices: Iterable[JsonObject]) -> DeviceState:
    """The state with the devices of further slices."""
    more = _offer(slices)
    offer = state.offer
    devices, counters = {**offer.devices, **more.devices}, {**offer.counters, **more.counters}
    return replace(state, offer=Offer(devices, counters, (*offer.several, *more.several)))


def allocated(claim: JsonObject) -> Iterator[DeviceId]:
    """The devices that a claim has; those that it only looks after (adminAccess) are left out."""
    devices = ((claim.get("status") or {}).get("allocation") or {}).get("devices") or {}
    for each in devices.get("results") or ():
        if not each.get("adminAccess"):
            yield str(each.get("driver")), str(each.get("pool")), str(each.get("device"))


def _holders(claim: JsonObject) -> Iterator[PodName]:
    namespace = str((claim.get("metadata") or {}).get("namespace"))
    for each in (claim.get("status") or {}).get("reservedFor") or ():
        if each.get("resource") == "pods":
            yield namespace, str(each.get("name"))


def _offer(slices: Iterable[JsonObject]) -> Offer:
    """The devices of complete pools; of several generations the newest counts."""
    pools: dict[PoolName, list[Mapping[str, Any]]] = {}
    for body in slices:
        spec = body.get("spec") or {}
        name = str(spec.get("driver") or ""), str((spec.get("pool") or {}).get("name") or "")
        known = pools.setdefault(name, [])
        if known and _generation(known[0]) < _generation(spec):
            known.clear()
        if not known or _generation(known[0]) == _generation(spec):
            known.append(spec)
    complete = {name: specs for name, specs in pools.items() if len(specs) >= _expected(specs[0])}
    found = [device for name, specs in complete.items() for spec in specs for device in _devices(spec, name)]
    return Offer(
        {device.id: device for device in found if device.node},
        {
            name: {key: value for spec in specs for key, value in shared_counters(spec)}
            for name, specs in complete.items()
        },
        tuple(device for device in found if not device.node),
    )


def _generation(spec: Mapping[str, Any]) -> int:
    return int((spec.get("pool") or {}).get("generation") or 0)


def _expected(spec: Mapping[str, Any]) -> int:
    return int((spec.get("pool") or {}).get("resourceSliceCount") or 1)


def _devices(spec: Mapping[str, Any], pool: PoolName) -> Iterator[Device]:
    for body in spec.get("devices") or ():
        basic = body.get("basic") or body  # v1beta1 has it one level deeper
        yield Device(
            (*pool, str(body.get("name") or "")),
            str(spec.get("nodeName") or basic.get("nodeName") or ""),
            _by_domain(
                pool[0], {key: _attribute(value) for key, value in (basic.get("attributes") or {}).items()}
            ),
            _by_domain(
                pool[0], {key: _capacity(value) for key, value in (basic.get("capacity") or {}).items()}
            ),
            consumed_counters(basic),
            tuple(each for each in basic.get("taints") or () if each.get("effect") in _BLOCKING),
        )


def _by_domain(driver: str, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Values by domain and name; a name without a domain has the driver's."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        domain, _, name = key.rpartition("/")
        found.setdefault(domain or driver, {})[name] = value
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
