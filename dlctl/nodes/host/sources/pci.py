"""PCI devices from /sys/bus/pci/devices.

Files and their formats: Linux, drivers/pci/pci-sysfs.c and Documentation/ABI/testing/sysfs-bus-pci.
"""

import re

from msgspec import Struct

from dlctl.nodes.host.tree.host_tree import HostTree
from dlctl.nodes.host.tree.resolve import Parts

FOLDER = "sys/bus/pci/devices"
ADDRESS = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]", re.ASCII)
"""`domain:bus:device.function`; a domain can have more than four digits (VMD uses 10000)."""

_NETWORK, _DISPLAY, _BRIDGE, _ACCELERATOR = "02", "03", "0680", "12"
_CO_PROCESSOR = "0b40"
_DETAILED = (_NETWORK, _DISPLAY, _BRIDGE, _ACCELERATOR, _CO_PROCESSOR)
_SPEED = re.compile(r"(\d+(?:\.\d+)?) GT/s(?: PCIe)?", re.ASCII)
_UNKNOWN_WIDTHS = (0, 63)


class PciLink(Struct, frozen=True):
    """A PCIe link: GT/s and lanes, None where the kernel does not know them."""

    speed: float | None = None
    width: int | None = None


class PciDevice(Struct, frozen=True):
    """One PCI function. IDs are hexadecimal digits without 0x.

    `device_class` has six digits, the last two of which are the programming interface. `path` is its place in
    /sys/devices: the root bus, the bridges and the device itself. `numa_node` is None where the firmware gave
    none. `virtual_of` is the physical function of an SR-IOV virtual function. Bridges and devices of other
    classes than network, display and accelerators have only IDs, class, path and NUMA node.
    """

    address: str
    vendor: str
    device: str
    device_class: str
    path: Parts = ()
    subsystem_vendor: str = ""
    subsystem_device: str = ""
    numa_node: int | None = None
    local_cpus: str = ""
    driver: str | None = None
    link: PciLink = PciLink()
    max_link: PciLink = PciLink()
    sriov_total: int | None = None
    sriov_configured: int | None = None
    virtual_of: str | None = None

    @property
    def model_id(self) -> str:
        """`vendor:device`, as lspci -n prints it."""
        return f"{self.vendor}:{self.device}"

    @property
    def complete(self) -> bool:
        """Whether it has the attributes without which NFD skips a device (source/pci of NFD)."""
        return bool(self.subsystem_vendor and self.subsystem_device)


def read_pci_devices(tree: HostTree) -> tuple[PciDevice, ...]:
    """All PCI devices in the order of their addresses."""
    found = (_read(tree, name) for name in tree.names(FOLDER) if ADDRESS.fullmatch(name))
    return tuple(sorted((each for each in found if each), key=lambda each: address_order(each.address)))


def address_order(address: str) -> tuple[int, ...]:
    """A sort key: the numbers of an address."""
    return tuple(int(part, 16) for part in re.split(r"[:.]", address))


def normal_address(address: str) -> str:
    """An address as sysfs writes it: NVML and nvidia-smi use capitals and eight digits for the domain."""
    domain, _, rest = address.strip().lower().partition(":")
    try:
        return f"{int(domain, 16):04x}:{rest}"
    except ValueError:
        return address


def address_in(parts: Parts | None) -> str | None:
    """The PCI device that a resolved path of sysfs belongs to: the last address in it."""
    return next((part for part in reversed(parts or ()) if ADDRESS.fullmatch(part)), None)


def _read(tree: HostTree, address: str) -> PciDevice | None:
    folder = f"{FOLDER}/{address}"
    vendor, device = _digits(tree, f"{folder}/vendor", 4), _digits(tree, f"{folder}/device", 4)
    device_class = _digits(tree, f"{folder}/class", 6)
    if not (vendor and device and device_class):
        return None
    path = _below_devices(tree.parts(folder) or ())
    if not device_class.startswith(_DETAILED):
        return PciDevice(address, vendor, device, device_class, path, *_subsystem(tree, folder, vendor))
    return PciDevice(
        address,
        vendor,
        device,
        device_class,
        path,
        *_subsystem(tree, folder, ""),
        numa_node=_numa_node(tree, folder),
        local_cpus=tree.text(f"{folder}/local_cpulist") or "",
        driver=tree.link_name(f"{folder}/driver"),
        link=_link(tree, f"{folder}/current_link"),
        max_link=_link(tree, f"{folder}/max_link"),
        sriov_total=tree.integer(f"{folder}/sriov_totalvfs"),
        sriov_configured=tree.integer(f"{folder}/sriov_numvfs"),
        virtual_of=tree.link_name(f"{folder}/physfn"),
    )


def _subsystem(tree: HostTree, folder: str, vendor: str) -> tuple[str, str]:
    """Both IDs of the board; of a device that no label is about they are read for Mellanox's alone."""
    if vendor not in ("", "15b3"):
        return "", ""
    return _digits(tree, f"{folder}/subsystem_vendor", 4), _digits(tree, f"{folder}/subsystem_device", 4)


def _digits(tree: HostTree, path: str, count: int) -> str:
    """A hexadecimal number of `count` digits, without 0x; empty where there is none."""
    number = tree.integer(path)
    return "" if number is None or not 0 <= number < 16**count else f"{number:0{count}x}"


def _numa_node(tree: HostTree, folder: str) -> int | None:
    node = tree.integer(f"{folder}/numa_node")
    return None if node is None or node < 0 else node


def _link(tree: HostTree, prefix: str) -> PciLink:
    speed = _SPEED.match(tree.text(f"{prefix}_speed") or "")
    width = tree.integer(f"{prefix}_width")
    return PciLink(float(speed[1]) if speed else None, None if width in _UNKNOWN_WIDTHS else width)


def _below_devices(parts: Parts) -> Parts:
    """The path from the root bus on: what stands before it depends on the platform."""
    start = next((index for index, part in enumerate(parts) if part.startswith("pci") and ":" in part), None)
    return () if start is None else parts[start:]
