"""What the claims of a pod ask for, and which devices match, by templates, classes and selectors."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.devices.cel import EvaluationError, matches
from dlctl.nodes.fit.devices.cel_syntax import UnsupportedError
from dlctl.nodes.fit.devices.model import (
    Choice,
    Claim,
    Claimed,
    Constraint,
    Device,
    DeviceState,
    Request,
)
from dlctl.nodes.inventory.dra_objects import allocated
from dlctl.nodes.inventory.node_status import Toleration
from dlctl.text import enumerated

ALL = "All"


class Wanted(Struct, frozen=True):
    """A pod's claims. `missing` says what they name and is not there; `unknown` what is not evaluated.

    Where something is missing, nothing else is said about them: they cannot get any device yet.
    """

    claimed: Claimed
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def wanted(spec: JsonObject, namespace: str, state: DeviceState) -> Wanted:
    """What the claims of a pod's spec ask for."""
    reader = _Reader(state, namespace)
    for each in spec.get("resourceClaims") or ():
        reader.read(each)
    missing, unknown = tuple(dict.fromkeys(reader.missing)), tuple(dict.fromkeys(reader.unknown))
    if missing:
        return Wanted(Claimed(state.offer), missing)
    nodes = frozenset.intersection(*reader.nodes) if reader.nodes else None
    asked = [f"{count or 'all'} {name}" for name, count in reader.asked.items()]
    title = enumerated(asked) if asked else ""
    claimed = Claimed(state.offer, tuple(reader.claims), nodes, title, sum(reader.asked.values()))
    return Wanted(claimed, unknown=unknown)


class _Reader:
    """Reads the claims of one pod."""

    def __init__(self, state: DeviceState, namespace: str) -> None:
        self._state = state
        self._namespace = namespace
        self._known: dict[tuple[Any, ...], dict[str, tuple[Device, ...]]] = {}
        self.claims: list[Claim] = []
        self.nodes: list[frozenset[str]] = []
        self.asked: dict[str, int] = {}
        self.missing: list[str] = []
        self.unknown: list[str] = []

    def read(self, entry: Mapping[str, Any]) -> None:
        """Read an entry of a pod's `resourceClaims`."""
        name = str(entry.get("resourceClaimTemplateName") or "")
        if name:
            template = self._named(self._state.templates, name)
            if template is None:
                self.missing.append(f"ResourceClaimTemplate {name} does not exist")
            else:
                self._claim((template.get("spec") or {}).get("spec") or {}, shared=False)
            return
        name = str(entry.get("resourceClaimName") or "")
        if not name:
            self.missing.append(
                f"{entry.get('name')} names neither a ResourceClaim nor a ResourceClaimTemplate"
            )
            return
        claim = self._named(self._state.claims, name)
        if claim is None:
            self.missing.append(f"ResourceClaim {name} does not exist")
        elif (claim.get("status") or {}).get("allocation"):
            self._allocated(name, claim)
        else:
            self.unknown.append(
                f"which pod gets the devices of ResourceClaim {name} first, and where, is not known"
            )
            self._claim(claim.get("spec") or {}, shared=True)

    def _named(self, bodies: Iterable[JsonObject], name: str) -> JsonObject | None:
        for body in bodies:
            metadata = body.get("metadata") or {}
            if (metadata.get("name"), metadata.get("namespace")) == (name, self._namespace):
                return body
        return None

    def _allocated(self, name: str, claim: JsonObject) -> None:
        """A claim that has its devices: pods that use it must run where these are."""
        found = [self._state.offer.devices.get(each) for each in allocated(claim)]
        nodes = frozenset(device.node for device in found if device is not None)
        if nodes and None not in found:
            self.nodes.append(nodes)
        else:
            self.unknown.append(f"where the devices of ResourceClaim {name} are is not known")

    def _claim(self, spec: Mapping[str, Any], *, shared: bool) -> None:
        devices = spec.get("devices") or {}
        requests = tuple(self._request(each) for each in devices.get("requests") or ())
        self.claims.append(Claim(requests, tuple(_constraints(devices)), shared))

    def _request(self, body: Mapping[str, Any]) -> Request:
        """In v1beta1 the fields of `exactly` are those of the request itself."""
        several = body.get("firstAvailable")
        bodies = several or [body.get("exactly") or body]
        choices = tuple(self._choice(each) for each in bodies)
        first = str(bodies[0].get("deviceClassName") or "")
        self.asked[first] = self.asked.get(first, 0) + choices[0].count
        return Request(str(body.get("name") or ""), choices)

    def _choice(self, body: Mapping[str, Any]) -> Choice:
        everything = body.get("allocationMode") == ALL
        count = 0 if everything else int(body.get("count") or 1)
        if body.get("adminAccess"):
            self.unknown.append("what an administrator's claim (adminAccess) can get is not checked")
        if body.get("capacity"):
            self.unknown.append("parts of a device's capacity that claims share are not checked")
        name, device_class = str(body.get("name") or ""), str(body.get("deviceClassName") or "")
        return Choice(name, device_class, count, self._matching(body))

    def _matching(self, body: Mapping[str, Any]) -> dict[str, tuple[Device, ...]]:
        name = str(body.get("deviceClassName") or "")
        found = next(
            (each for each in self._state.classes if (each.get("metadata") or {}).get("name") == name), None
        )
        if found is None:
            self.missing.append(f"DeviceClass {name} does not exist")
            return {}
        selectors = (*_expressions(found.get("spec") or {}), *_expressions(body))
        tolerated = tuple(Toleration.read(each) for each in body.get("tolerations") or ())
        key = (selectors, tolerated)
        if key not in self._known:
            self._known[key] = self._by_node(selectors, tolerated)
        return self._known[key]

    def _by_node(
        self, selectors: Sequence[str], tolerated: Sequence[Toleration]
    ) -> dict[str, tuple[Device, ...]]:
        found: dict[str, list[Device]] = {}
        offer = self._state.offer
        for device in (*offer.devices.values(), *offer.several):
            kept_away = any(not any(each.matches(taint) for each in tolerated) for taint in device.taints)
            if kept_away or not all(self._fits(expression, device) for expression in selectors):
                continue
            if device.node:
                found.setdefault(device.node, []).append(device)
            else:
                self.unknown.append(f"devices of {device.driver} that several nodes can use are not checked")
        return {node: tuple(devices) for node, devices in found.items()}

    def _fits(self, expression: str, device: Device) -> bool:
        """Whether a device matches; one that is not evaluated counts, and is noted."""
        try:
            return matches(expression, device)
        except UnsupportedError:
            self.unknown.append(f"the selector {expression} is not evaluated")
            return True
        except EvaluationError as error:
            self.missing.append(
                f"the selector {expression} fails for device {device.id[2]} of {device.node}: {error}"
            )
            return False


def _expressions(body: Mapping[str, Any]) -> Iterator[str]:
    for each in body.get("selectors") or ():
        yield str((each.get("cel") or {}).get("expression") or "")


def _constraints(devices: Mapping[str, Any]) -> Iterator[Constraint]:
    for each in devices.get("constraints") or ():
        names = frozenset(str(name) for name in each.get("requests") or ())
        if each.get("matchAttribute"):
            yield Constraint(str(each["matchAttribute"]), names)
        elif each.get("distinctAttribute"):
            yield Constraint(str(each["distinctAttribute"]), names, distinct=True)
