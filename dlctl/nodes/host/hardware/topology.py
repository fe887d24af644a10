"""How near two devices are, from their places in the PCI tree.

The classes are those of `nvidia-smi topo -m`: PIX at most one PCIe switch between them, PXB several, PHB a
host bridge, NODE host bridges of one NUMA node, SYS several NUMA nodes. NVML: nvmlGpuTopologyLevel_t.
"""

from enum import StrEnum
from itertools import takewhile

from dlctl.nodes.host.sources.pci import PciDevice


class Affinity(StrEnum):
    """How near two devices are, nearest first."""

    PIX = "PIX"
    PXB = "PXB"
    PHB = "PHB"
    NODE = "NODE"
    SYS = "SYS"
    UNKNOWN = "?"

    @property
    def distance(self) -> int:
        """Its place in the order; UNKNOWN is last."""
        return _ORDER.index(self)


_ORDER = tuple(Affinity)
_ONE_SWITCH = 2
"""Below a switch's upstream port a device has a downstream port above itself."""


def affinity(one: PciDevice, other: PciDevice) -> Affinity:
    """How near two devices are. UNKNOWN: under different host bridges whose NUMA nodes are not both known."""
    if not one.path or not other.path:
        return Affinity.UNKNOWN
    if one.path[0] != other.path[0]:
        return _between_host_bridges(one, other)
    shared = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one.path, other.path, strict=False))
    )
    longest = max(len(one.path), len(other.path)) - shared
    if longest == 0:
        return Affinity.PIX  # functions that share a device, such as a port of a bond
    if shared == 1:
        return Affinity.PIX if _one_slot(one, other) else Affinity.PHB
    return Affinity.PIX if longest <= _ONE_SWITCH else Affinity.PXB


def _between_host_bridges(one: PciDevice, other: PciDevice) -> Affinity:
    if one.numa_node is None or other.numa_node is None:
        return Affinity.UNKNOWN
    return Affinity.NODE if one.numa_node == other.numa_node else Affinity.SYS


def _one_slot(one: PciDevice, other: PciDevice) -> bool:
    """Whether both are functions of one device on the root bus."""
    first, second = one.path[1:], other.path[1:]
    return len(first) == len(second) == 1 and first[0].partition(".")[0] == second[0].partition(".")[0]
