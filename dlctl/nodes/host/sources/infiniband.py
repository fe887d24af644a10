"""RDMA devices from /sys/class/infiniband: InfiniBand, RoCE, iWARP, EFA.

Files and their formats: Linux, drivers/infiniband/core/sysfs.c and
Documentation/ABI/stable/sysfs-class-infiniband.
"""

import re

from msgspec import Struct

from dlctl.nodes.host.sources.pci import address_in
from dlctl.nodes.host.tree.host_tree import HostTree, shown_name

FOLDER = "sys/class/infiniband"
ACTIVE = "ACTIVE"
ROCE_V2 = "RoCE v2"
_EMPTY_RUN = 16
"""After so many empty entries the rest of a GID table, which can have thousands, is not read."""
_RATE = re.compile(r"(\d+(?:\.\d+)?) Gb/sec(?: \((\d+)X ?(\w*)\))?", re.ASCII)
_GID = re.compile(r"[0-9a-f]{4}(?::[0-9a-f]{4}){7}", re.ASCII)


class Gid(Struct, frozen=True):
    """An entry of a port's GID table. `kind` is `IB/RoCE v1` or `RoCE v2`, empty where there is none."""

    index: int
    value: str
    kind: str
    net_device: str

    @property
    def is_ipv4(self) -> bool:
        """Whether the GID is an IPv4 address, mapped as in RFC 4291 §2.5.5.2."""
        return self.value.startswith("0000:0000:0000:0000:0000:ffff:")


class Port(Struct, frozen=True):
    """One port. `state` and `physical_state` are as the kernel writes them, `rate` is in Gb/s.

    `speed` are the letters behind the rate, such as `NDR`, which come from the speed alone: 100GbE has EDR.
    """

    number: int
    state: str
    physical_state: str
    rate: float | None
    width: int | None
    speed: str
    link_layer: str
    lid: int | None
    sm_lid: int | None
    gids: tuple[Gid, ...] = ()

    @property
    def active(self) -> bool:
        """Whether it can carry data. The rate of any other port means nothing."""
        return self.state == ACTIVE


class RdmaDevice(Struct, frozen=True):
    """One RDMA device; `address` is its PCI device, None for software such as rxe."""

    name: str
    address: str | None
    node_type: str
    node_guid: str
    image_guid: str
    firmware: str
    hardware: str
    hca_type: str
    board: str
    ports: tuple[Port, ...]


def read_rdma_devices(tree: HostTree) -> tuple[RdmaDevice, ...]:
    """All RDMA devices in natural order; none without the module ib_core."""
    return tuple(_device(tree, name) for name in tree.names(FOLDER))


def _device(tree: HostTree, name: str) -> RdmaDevice:
    folder = f"{FOLDER}/{name}"

    def text(file: str) -> str:
        return tree.text(f"{folder}/{file}") or ""

    numbers = (port for port in tree.names(f"{folder}/ports") if port.isascii() and port.isdecimal())
    return RdmaDevice(
        name=shown_name(name),
        address=address_in(tree.parts(f"{folder}/device")),
        node_type=_word(text("node_type")),
        node_guid=text("node_guid"),
        image_guid=text("sys_image_guid"),
        firmware=text("fw_ver"),
        hardware=text("hw_rev"),
        hca_type=text("hca_type"),
        board=text("board_id"),
        ports=tuple(_port(tree, f"{folder}/ports/{number}", int(number)) for number in numbers),
    )


def _port(tree: HostTree, folder: str, number: int) -> Port:
    rate = _RATE.match(tree.text(f"{folder}/rate") or "")
    return Port(
        number=number,
        state=_word(tree.text(f"{folder}/state") or ""),
        physical_state=_word(tree.text(f"{folder}/phys_state") or ""),
        rate=float(rate[1]) if rate else None,
        width=int(rate[2]) if rate and rate[2] and len(rate[2]) < 4 else None,
        speed=(rate[3] or "") if rate else "",
        link_layer=tree.text(f"{folder}/link_layer") or "",
        lid=tree.integer(f"{folder}/lid"),
        sm_lid=tree.integer(f"{folder}/sm_lid"),
        gids=_gids(tree, folder),
    )


def _word(text: str) -> str:
    """`4: ACTIVE` without its number."""
    return text.partition(":")[2].strip() if ":" in text else text


def _gids(tree: HostTree, folder: str) -> tuple[Gid, ...]:
    """The entries that are not empty."""
    found: list[Gid] = []
    empty = 0
    for name in tree.names(f"{folder}/gids"):
        value = tree.text(f"{folder}/gids/{name}") or ""
        if not name.isdecimal() or not _GID.fullmatch(value) or not value.strip("0:"):
            empty += 1
            if empty == _EMPTY_RUN:
                break
            continue
        empty = 0
        kind = tree.text(f"{folder}/gid_attrs/types/{name}") or ""
        net_device = tree.text(f"{folder}/gid_attrs/ndevs/{name}") or ""
        found.append(Gid(int(name), value, kind, net_device))
    return tuple(found)
