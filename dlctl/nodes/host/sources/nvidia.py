"""NVIDIA's driver and its GPUs, from /proc/driver/nvidia.

Formats: NVIDIA/open-gpu-kernel-modules, kernel-open/nvidia/nv-procfs.c. Memory size and compute capability
are not there; they come from NVML or from the table of GPU models. MIG devices: NVIDIA MIG user guide,
"Device Nodes and Capabilities".
"""

import re

from msgspec import Struct

from dlctl.nodes.host.sources.pci import normal_address
from dlctl.nodes.host.tree.host_tree import HostTree

FOLDER = "proc/driver/nvidia"
_VERSION = re.compile(r"Kernel Module(?: for \S+)?\s+(\d+\.\d+(?:\.\d+)?)", re.ASCII)
_PLAIN_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?", re.ASCII)


class NvidiaGpu(Struct, frozen=True):
    """A GPU that the driver has taken. `uuid` is None before its first use, `mig_instances` are counted."""

    address: str
    model: str
    uuid: str | None
    minor: int | None
    firmware: str | None
    excluded: bool
    mig_instances: int


class NvidiaDriver(Struct, frozen=True):
    """The loaded driver; `open_modules` is true for the open flavour of the kernel modules."""

    version: str
    open_modules: bool
    gpus: tuple[NvidiaGpu, ...]


def read_nvidia_driver(tree: HostTree) -> NvidiaDriver | None:
    """The driver and its GPUs by address; None where it is not loaded."""
    text = tree.text(f"{FOLDER}/version")
    if text is None:
        return None
    found = _VERSION.search(text)
    version = found[1] if found else _module_version(tree)
    gpus = (_gpu(tree, name) for name in tree.names(f"{FOLDER}/gpus"))
    return NvidiaDriver(version, "Open Kernel Module" in text, tuple(gpus))


def _module_version(tree: HostTree) -> str:
    text = tree.text("sys/module/nvidia/version") or ""
    return text if _PLAIN_VERSION.fullmatch(text) else ""


def _gpu(tree: HostTree, name: str) -> NvidiaGpu:
    lines = tree.lines(f"{FOLDER}/gpus/{name}/information")
    pairs = (line.partition(":") for line in lines)
    facts = {key.strip(): value.strip() for key, _, value in pairs}
    uuid, minor = facts.get("GPU UUID", ""), facts.get("Device Minor", "")
    number = int(minor) if minor.isascii() and minor.isdecimal() and len(minor) < 6 else None
    firmware = facts.get("GPU Firmware", "")
    return NvidiaGpu(
        address=normal_address(name),
        model=facts.get("Model", ""),
        uuid=uuid if uuid.startswith("GPU-") and "?" not in uuid else None,
        minor=number,
        firmware=None if firmware in ("", "N/A") else firmware,
        excluded=facts.get("GPU Excluded") == "Yes",
        mig_instances=0 if number is None else _mig_instances(tree, number),
    )


def _mig_instances(tree: HostTree, minor: int) -> int:
    names = tree.names(f"{FOLDER}/capabilities/gpu{minor}/mig")
    return sum(name.startswith("gi") for name in names)
