"""Devices, what claims ask for, and what a pod's claims may get on each node, as values."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.counters import CounterName
from dlctl.nodes.inventory.dra_objects import DeviceId, PoolName


class Device(Struct, frozen=True, eq=False):
    """A device that one node offers. `attributes` and `capacity` are by domain and name.

    `consumes` is what it takes of its pool's counters, `taints` are those that keep claims away.
    """

    id: DeviceId
    node: str
    attributes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    capacity: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    consumes: Mapping[CounterName, int] = field(default_factory=dict)
    taints: tuple[Mapping[str, Any], ...] = ()

    @property
    def driver(self) -> str:
        """The driver that publishes it."""
        return self.id[0]

    def attribute(self, name: str) -> Any:
        """The value of an attribute, by its full name; None where it has none."""
        domain, _, own = name.rpartition("/")
        return (self.attributes.get(domain) or {}).get(own)


class Offer(Struct, frozen=True):
    """All devices of a cluster, by id and in the order of their slices, and what counters of pools have.

    `several` are those that more than one node can use.
    """

    devices: Mapping[DeviceId, Device] = field(default_factory=dict)
    counters: Mapping[PoolName, Mapping[CounterName, int]] = field(default_factory=dict)
    several: tuple[Device, ...] = ()


class DeviceState(Struct, frozen=True):
    """What decides about claims: devices; ResourceClaims, their templates and DeviceClasses as JSON bodies.

    `kept` are allocated devices that no listed pod uses, by node.
    """

    offer: Offer = field(default_factory=Offer)
    claims: tuple[JsonObject, ...] = ()
    templates: tuple[JsonObject, ...] = ()
    classes: tuple[JsonObject, ...] = ()
    kept: Mapping[str, frozenset[DeviceId]] = field(default_factory=dict)


class Choice(Struct, frozen=True):
    """One way to satisfy a request: `count` of the devices that match (0: all of them), by node."""

    name: str
    device_class: str
    count: int
    matching: Mapping[str, tuple[Device, ...]]


class Request(Struct, frozen=True):
    """A request of a claim: the first of its choices that can be had counts."""

    name: str
    choices: tuple[Choice, ...]


class Constraint(Struct, frozen=True):
    """An attribute that devices of some requests have in common, or in which they differ (`distinct`)."""

    attribute: str
    requests: frozenset[str]
    distinct: bool = False

    def concerns(self, request: str) -> bool:
        """Whether it is about the devices of a request; without names it is about all."""
        return not self.requests or request in self.requests


class Claim(Struct, frozen=True):
    """The devices that a pod wants for itself; `shared` ones it uses together with other pods."""

    requests: tuple[Request, ...]
    constraints: tuple[Constraint, ...] = ()
    shared: bool = False


class Claimed(Struct, frozen=True):
    """All claims of a pod. It may run on `nodes` only, where that is not None; `title` names the classes."""

    offer: Offer
    claims: tuple[Claim, ...] = ()
    nodes: frozenset[str] | None = None
    title: str = ""
    count: int = 0

    def __bool__(self) -> bool:
        """Whether there is anything to check."""
        return bool(self.claims) or self.nodes is not None
