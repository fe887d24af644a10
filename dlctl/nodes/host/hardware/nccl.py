"""NCCL's settings for this host, as variables and as parameters of prototypes.

Meaning of the variables: NVIDIA NCCL documentation, "Environment Variables". A list that begins with `=`
names adapters exactly; without it `mlx5_1` would also take mlx5_10 to mlx5_19.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

from dlctl.nodes.host.hardware.fabric import Fabric, Link, MainFabric
from dlctl.nodes.host.sources.infiniband import ROCE_V2, Gid, Port

MAX_ADAPTERS = 32
"""`MAX_IB_DEVS` of NCCL's net_ib.cc: it uses no more of them."""
MAX_GID_INDEX = 255
"""What the parameter `nccl_ib_gid_index` takes: port tables are indexed by a byte in the verbs API."""
_NAME = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)
"""Names that stand in NCCL's lists as they are, and that the parameters take."""
_OWN = (Fabric.INFINIBAND, Fabric.ROCE)
"""What NCCL's own IB transport speaks; EFA has a plug-in of its own."""


class NcclAdvice(Struct, frozen=True):
    """Values for NCCL's variables; None where the host gives no reason to set one."""

    ib_hca: str | None = None
    ib_gid_index: int | None = None
    ib_disable: bool = False

    def variables(self) -> dict[str, str]:
        """Environment variables by name."""
        found = {
            "NCCL_IB_HCA": self.ib_hca,
            "NCCL_IB_GID_INDEX": None if self.ib_gid_index is None else str(self.ib_gid_index),
            "NCCL_IB_DISABLE": "1" if self.ib_disable else None,
        }
        return {name: value for name, value in found.items() if value is not None}

    def params(self) -> dict[str, str | int]:
        """Parameters of the prototypes' group `nccl`, which has none for NCCL_IB_DISABLE."""
        found = {"nccl_ib_hca": self.ib_hca, "nccl_ib_gid_index": self.ib_gid_index}
        return {name: value for name, value in found.items() if value is not None}


def nccl_advice(fabric: MainFabric | None) -> NcclAdvice:
    """What to set: the adapters of the main fabric, and on RoCE the GID index.

    IB is turned off where there is hardware for it and no port is active. NCCL_SOCKET_IFNAME is left alone: a
    pod's interface has another name than its host's.
    """
    if fabric is None or fabric.kind not in _OWN:
        return NcclAdvice()
    if not fabric.links:
        return NcclAdvice(ib_disable=True)
    index = _gid_index(fabric.links) if fabric.kind is Fabric.ROCE else None
    return NcclAdvice(_adapters(fabric.links), index)


def _adapters(links: Sequence[Link]) -> str | None:
    """`=mlx5_0,mlx5_1`; with `:port` for a device of which another port does not belong to it."""
    chosen = {(link.adapter.rdma.name, link.port.number) for link in links}
    names = dict.fromkeys(_adapter(link, chosen) for link in links if _NAME.fullmatch(link.adapter.rdma.name))
    return "=" + ",".join(list(names)[:MAX_ADAPTERS]) if names else None


def _adapter(link: Link, chosen: set[tuple[str, int]]) -> str:
    device = link.adapter.rdma
    whole = all((device.name, port.number) in chosen for port in device.ports)
    return device.name if whole else f"{device.name}:{link.port.number}"


def _gid_index(links: Sequence[Link]) -> int | None:
    """The index that all ports have in common; None where they differ, and NCCL must choose for each."""
    found = {_first_ipv4(link.port) for link in links}
    return found.pop() if len(found) == 1 else None


def _first_ipv4(port: Port) -> int | None:
    return next((gid.index for gid in port.gids if _is_routable(gid)), None)


def _is_routable(gid: Gid) -> bool:
    return gid.kind == ROCE_V2 and gid.is_ipv4 and gid.index <= MAX_GID_INDEX
