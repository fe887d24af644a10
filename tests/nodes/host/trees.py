"""Build the files of a host below a folder, in the kernel's own formats: sysfs, procfs and a little of /etc.

Links are relative, as sysfs has them: affinity comes from where they lead.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

LAYERS = {"InfiniBand": 32, "Ethernet": 1}


@dataclass
class Tree:
    """A host under construction. Methods return the tree itself, so that they can be chained."""

    root: Path

    def file(self, path: str, text: str | int) -> Self:
        """A file with one line."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{text}\n")
        return self

    def files(self, folder: str, **texts: str | int) -> Self:
        """Files of one folder by their names."""
        for name, text in texts.items():
            self.file(f"{folder}/{name}", text)
        return self

    def folder(self, path: str) -> Self:
        (self.root / path).mkdir(parents=True, exist_ok=True)
        return self

    def link(self, path: str, target: str) -> Self:
        """A relative link from a path to another one of the host."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(os.path.relpath(self.root / target, place.parent))
        return self

    def pci(
        self,
        path: str,
        ids: str,
        class_: str,
        *,
        board: str = "0000:0000",
        driver: str = "",
        numa: int = 0,
        cpus: str = "0-15",
        link: str = "",
        most: str = "",
        vfs: int | None = None,
        vfs_now: int = 0,
    ) -> Self:
        """A device at a path below /sys/devices. `link` and `most` are `8.0 x16`."""
        folder, address = f"sys/devices/{path}", path.rpartition("/")[2]
        vendor, _, device = ids.partition(":")
        sub_vendor, _, sub_device = board.partition(":")
        self.files(folder, vendor=f"0x{vendor}", device=f"0x{device}", revision="0xa1", numa_node=numa)
        self.files(folder, subsystem_vendor=f"0x{sub_vendor}", subsystem_device=f"0x{sub_device}")
        self.files(folder, local_cpulist=cpus).file(f"{folder}/class", f"0x{class_}")
        for name, text in (("current_link", link), ("max_link", most or link)):
            if text:
                speed, _, width = text.partition(" x")
                self.file(f"{folder}/{name}_speed", f"{speed} GT/s PCIe").file(
                    f"{folder}/{name}_width", width
                )
        if driver:
            self.folder(f"sys/bus/pci/drivers/{driver}")
            self.link(f"{folder}/driver", f"sys/bus/pci/drivers/{driver}")
        if vfs is not None:
            self.files(folder, sriov_totalvfs=vfs, sriov_numvfs=vfs_now)
        return self.link(f"sys/bus/pci/devices/{address}", folder)

    def bridges(self, path: str, ids: str = "8086:2030") -> Self:
        """The bridges of a path that do not exist yet."""
        parts = path.split("/")
        for end in range(2, len(parts)):
            if not (self.root / "sys/devices" / "/".join(parts[:end]) / "class").exists():
                self.pci("/".join(parts[:end]), ids, "060400")
        return self

    def rdma(
        self,
        name: str,
        path: str,
        *,
        layer: str = "InfiniBand",
        rate: str = "100 Gb/sec (4X EDR)",
        state: str = "4: ACTIVE",
        physical: str = "5: LinkUp",
        hca_type: str = "MT4119",
        firmware: str = "16.35.4030",
        node_type: str = "1: CA",
        net: str = "",
        gids: tuple[tuple[str, str], ...] = (),
    ) -> Self:
        """An RDMA device of the PCI device at `path`, with one port and its interface."""
        folder = f"sys/devices/{path}/infiniband/{name}"
        guid = f"506b:4b03:00{abs(hash_of(name)) % 256:02x}:0001"
        self.files(
            folder, node_type=node_type, node_guid=guid, sys_image_guid=guid, fw_ver=firmware, hw_rev="0"
        )
        if hca_type:
            self.files(folder, hca_type=hca_type, board_id="MT_0000000010")
        self.link(f"{folder}/device", f"sys/devices/{path}").link(f"sys/class/infiniband/{name}", folder)
        lids = ("0x11", "0x1") if layer == "InfiniBand" else ("0x0", "0x0")
        port = f"{folder}/ports/1"
        self.files(
            port, state=state, phys_state=physical, rate=rate, link_layer=layer, lid=lids[0], sm_lid=lids[1]
        )
        for index, (gid, kind) in enumerate(gids or ((f"fe80:0000:0000:0000:{guid}", "IB/RoCE v1"),)):
            self.file(f"{port}/gids/{index}", gid).file(f"{port}/gid_attrs/types/{index}", kind)
            if net and layer == "Ethernet":
                self.file(f"{port}/gid_attrs/ndevs/{index}", net)
        for index in range(len(gids) or 1, 8):
            self.file(f"{port}/gids/{index}", ":".join(["0000"] * 8))
        if net:
            self.net(net, path, mtu=2044 if layer == "InfiniBand" else 9000, type_=LAYERS[layer])
        return self

    def net(
        self, name: str, path: str, *, state: str = "up", speed: int = 100000, mtu: int = 1500, type_: int = 1
    ) -> Self:
        """An interface of the PCI device at `path`."""
        folder = f"sys/devices/{path}/net/{name}"
        self.files(folder, operstate=state, mtu=mtu, type=type_, address="00:00:00:00:00:01")
        self.file(f"{folder}/speed", speed if state == "up" else -1)
        return self.link(f"{folder}/device", f"sys/devices/{path}").link(f"sys/class/net/{name}", folder)

    def nvidia(self, version: str, gpus: dict[str, str], *, open_modules: bool = False) -> Self:
        """The driver with GPUs: models by address."""
        kind = "Open Kernel Module for x86_64" if open_modules else "x86_64 Kernel Module"
        line = f"NVRM version: NVIDIA UNIX {kind}  {version}  Tue Jan  7 00:00:00 UTC 2025"
        self.file("proc/driver/nvidia/version", f"{line}\nGCC version:  gcc version 12.3.0")
        for minor, (address, model) in enumerate(gpus.items()):
            lines = {
                "Model": model,
                "IRQ": "41",
                "GPU UUID": f"GPU-00000000-0000-0000-0000-{minor:012}",
                "Bus Type": "PCIe",
                "Bus Location": address,
                "Device Minor": str(minor),
                "GPU Firmware": version if open_modules else "N/A",
                "GPU Excluded": "No",
            }
            text = "\n".join(f"{key}: \t {value}" for key, value in lines.items())
            self.file(f"proc/driver/nvidia/gpus/{address}/information", text)
        return self

    def system(self, *, name: str = "gpu-1", product: str = "", kernel: str = "6.8.0-45-generic") -> Self:
        """Operating system, kernel and DMI."""
        self.file(
            "etc/os-release", 'NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="22.04"\nPRETTY_NAME="Ubuntu 22.04.5 LTS"'
        )
        self.file("proc/sys/kernel/osrelease", kernel).file("proc/sys/kernel/hostname", name)
        self.file("proc/meminfo", "MemTotal:       528000000 kB\nMemFree:        1 kB")
        self.file("proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority")
        if product:
            self.file("sys/class/dmi/id/product_name", product).file(
                "sys/class/dmi/id/sys_vendor", "Vendor Inc."
            )
        return self.file(
            f"boot/config-{kernel}", "CONFIG_NO_HZ=y\nCONFIG_NO_HZ_FULL=y\n# CONFIG_PREEMPT is not set"
        )

    def cpus(self, sockets: tuple[str, ...], *, model: int = 79, threads: bool = True) -> Self:
        """Two processors that stand for all, and a NUMA node for each socket with its list of CPUs."""
        lines = {
            "vendor_id": "GenuineIntel",
            "cpu family": 6,
            "model": model,
            "model name": "Intel(R) Xeon(R)",
        }
        flags = (
            "fpu lm cx8 cmov mmx fxsr sse sse2 ht syscall pni cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3 avx512f"
        )
        text = "\n".join(f"{key}\t: {value}" for key, value in {**lines, "flags": flags}.items())
        self.file("proc/cpuinfo", f"processor\t: 0\n{text}\n\nprocessor\t: 1\n{text}\n")
        for number in range(2):
            folder = f"sys/devices/system/cpu/cpu{number}"
            self.file(f"{folder}/topology/thread_siblings_list", "0,40" if threads else number)
            self.link(f"sys/bus/cpu/devices/cpu{number}", folder)
        self.file("sys/devices/system/cpu/online", f"0-{len(sockets) * 40 - 1}")
        for number, cpus in enumerate(sockets):
            self.file(f"sys/devices/system/node/node{number}/cpulist", cpus)
            self.link(f"sys/bus/node/devices/node{number}", f"sys/devices/system/node/node{number}")
        return self

    def modules(self, *names: str) -> Self:
        """The loaded modules; nvidia_peermem also has its folder in /sys."""
        if "nvidia_peermem" in names:
            self.file("sys/module/nvidia_peermem/version", "535")
        return self.file(
            "proc/modules", "\n".join(f"{name} 16384 0 - Live 0xffffffffc0000000" for name in names)
        )

    def default_route(self, interface: str) -> Self:
        heading = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT"
        row = f"{interface}\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0"
        return self.file("proc/net/route", f"{heading}\n{row}")


def hash_of(name: str) -> int:
    """The same number for a name in every process."""
    return sum(index * ord(letter) for index, letter in enumerate(name, 1))
