"""Which network an RDMA port belongs to, and which ports collective communication should use."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from dlctl.nodes.host.sources.infiniband import Port, RdmaDevice
from dlctl.nodes.host.sources.pci import PciDevice


class Fabric(StrEnum):
    """Kinds of RDMA networks."""

    INFINIBAND = "infiniband"
    ROCE = "roce"
    IWARP = "iwarp"
    EFA = "efa"
    OTHER = "other"


PREFERENCE = (Fabric.INFINIBAND, Fabric.ROCE, Fabric.EFA, Fabric.IWARP, Fabric.OTHER)
"""At equal rates: the first of them is the one that is built for collective communication."""


class Adapter(Struct, frozen=True):
    """An RDMA device with its PCI device, None for software, and its network interfaces."""

    rdma: RdmaDevice
    pci: PciDevice | None
    net_devices: tuple[str, ...]

    @property
    def physical(self) -> bool:
        """Whether hardware is behind it; rxe and siw are software."""
        return self.rdma.address is not None

    @property
    def virtual_function(self) -> bool:
        """Whether it is a virtual function on this host, which is meant for a pod or a virtual machine."""
        return bool(self.pci and self.pci.virtual_of)

    def fabric(self, port: Port) -> Fabric:
        """The network of a port, by its link layer and the device's node type (RDMA_NODE_… of the kernel)."""
        if self.pci and self.pci.driver == "efa":
            return Fabric.EFA
        if self.rdma.node_type == "RNIC":
            return Fabric.IWARP
        layers = {"InfiniBand": Fabric.INFINIBAND, "Ethernet": Fabric.ROCE}
        return layers.get(port.link_layer, Fabric.OTHER)


class Link(Struct, frozen=True):
    """A port with its adapter."""

    adapter: Adapter
    port: Port

    @property
    def fabric(self) -> Fabric:
        """The network of the port."""
        return self.adapter.fabric(self.port)


class MainFabric(Struct, frozen=True):
    """The network for collective communication: its kind, Gb/s per port, ports at that rate, and all its
    ports.

    `links` are empty and `rate` is None where no port is active.
    """

    kind: Fabric
    rate: float | None
    links: tuple[Link, ...]
    ports: tuple[Port, ...]

    @property
    def state(self) -> str:
        """The best state of a port, by the kernel's order of states."""
        states = {port.state for port in self.ports}
        return next((state for state in _BEST_FIRST if state in states), "UNKNOWN")


_BEST_FIRST = ("ACTIVE", "ACTIVE_DEFER", "ARMED", "INIT", "DOWN", "NOP")


def main_fabric(adapters: Sequence[Adapter]) -> MainFabric | None:
    """The network with the fastest active ports, else the one with most ports; None without hardware for
    RDMA.

    A host may have a slower one beside it, for storage or management.
    """
    usable = [adapter for adapter in adapters if adapter.physical and not adapter.virtual_function]
    links = [Link(adapter, port) for adapter in usable for port in adapter.rdma.ports]
    if not links:
        return None
    active = [link for link in links if link.port.active and link.port.rate]
    kind = _fastest(active) if active else _most_frequent(links)
    rate = max((link.port.rate or 0 for link in active if link.fabric is kind), default=0)
    return MainFabric(
        kind=kind,
        rate=rate or None,
        links=tuple(link for link in active if link.fabric is kind and link.port.rate == rate),
        ports=tuple(link.port for link in links if link.fabric is kind),
    )


def _fastest(active: Sequence[Link]) -> Fabric:
    return max(active, key=lambda link: (link.port.rate or 0, -PREFERENCE.index(link.fabric))).fabric


def _most_frequent(links: Sequence[Link]) -> Fabric:
    counts = Counter(link.fabric for link in links)
    return max(counts, key=lambda fabric: (counts[fabric], -PREFERENCE.index(fabric)))
