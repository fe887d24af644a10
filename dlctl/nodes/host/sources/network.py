"""Network interfaces from /sys/class/net, and the interface of the default route.

Formats: Linux, net/core/net-sysfs.c and net/ipv4/fib_trie.c (/proc/net/route).
"""

from msgspec import Struct

from dlctl.nodes.host.sources.pci import address_in
from dlctl.nodes.host.tree.host_tree import HostTree, shown_name

FOLDER = "sys/class/net"
_ROUTE_UP = 0x1
INFINIBAND = 32
"""`ARPHRD_INFINIBAND` of linux/if_arp.h: an interface of IP over InfiniBand."""


class NetDevice(Struct, frozen=True):
    """An interface with a device. `speed` is in Mb/s, None while it is down; `link_type` is an ARPHRD number.

    `rdma` are the names of the RDMA devices of the same PCI function.
    """

    name: str
    address: str | None
    state: str
    speed: int | None
    mtu: int | None
    link_type: int | None
    sriov_total: int | None
    sriov_configured: int | None
    rdma: tuple[str, ...]


def read_net_devices(tree: HostTree) -> tuple[NetDevice, ...]:
    """Interfaces that have a device, in natural order; virtual ones, such as those of pods, are left out."""
    names = (name for name in tree.names(FOLDER) if tree.exists(f"{FOLDER}/{name}/device"))
    return tuple(_read(tree, name) for name in names)


def read_default_interface(tree: HostTree) -> str | None:
    """The interface of the IPv4 default route with the lowest metric; None without one."""
    routes = (line.split() for line in tree.lines("proc/net/route")[1:])
    found = [route for route in routes if len(route) >= 8 and route[1] == route[7] == "00000000"]
    usable = [(_number(route[6]), route[0]) for route in found if _number(route[3], 16) & _ROUTE_UP]
    return min(usable)[1] if usable else None


def _number(text: str, base: int = 10) -> int:
    try:
        return int(text, base)
    except ValueError:
        return 0


def _read(tree: HostTree, name: str) -> NetDevice:
    folder = f"{FOLDER}/{name}"
    speed = tree.integer(f"{folder}/speed")
    return NetDevice(
        name=shown_name(name),
        address=address_in(tree.parts(f"{folder}/device")),
        state=tree.text(f"{folder}/operstate") or "unknown",
        speed=speed if speed is not None and speed > 0 else None,
        mtu=tree.integer(f"{folder}/mtu"),
        link_type=tree.integer(f"{folder}/type"),
        sriov_total=tree.integer(f"{folder}/device/sriov_totalvfs"),
        sriov_configured=tree.integer(f"{folder}/device/sriov_numvfs"),
        rdma=tuple(shown_name(each) for each in tree.names(f"{folder}/device/infiniband")),
    )
