"""What a host is: all sources below a root folder, joined into one value."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from dlctl.errors import FileError, Location
from dlctl.nodes.host.hardware.accelerator import Accelerator, Kind, accelerators
from dlctl.nodes.host.hardware.fabric import Adapter, MainFabric, main_fabric
from dlctl.nodes.host.hardware.nccl import NcclAdvice, nccl_advice
from dlctl.nodes.host.sources.cpu import Cpu, read_cpu
from dlctl.nodes.host.sources.infiniband import RdmaDevice, read_rdma_devices
from dlctl.nodes.host.sources.kernel import Kernel, read_kernel
from dlctl.nodes.host.sources.memory import Memory, read_memory
from dlctl.nodes.host.sources.modules import read_loaded_modules, read_peer_memory
from dlctl.nodes.host.sources.network import NetDevice, read_default_interface, read_net_devices
from dlctl.nodes.host.sources.numa import Numa, read_numa
from dlctl.nodes.host.sources.nvidia import NvidiaDriver, read_nvidia_driver
from dlctl.nodes.host.sources.nvml import Nvml
from dlctl.nodes.host.sources.pci import PciDevice, read_pci_devices
from dlctl.nodes.host.sources.storage import read_non_rotational
from dlctl.nodes.host.sources.system import System, read_system
from dlctl.nodes.host.tree.host_tree import HostTree, ReadWarning


class Host(Struct, frozen=True):
    """All facts about a host; the same files give the same value. `warnings` are about unreadable files."""

    system: System
    kernel: Kernel
    cpu: Cpu
    memory: Memory
    numa: Numa
    non_rotational: bool
    modules: frozenset[str]
    peer_memory: bool
    pci: tuple[PciDevice, ...]
    driver: NvidiaDriver | None
    cuda: tuple[int, int] | None
    accelerators: tuple[Accelerator, ...]
    net_devices: tuple[NetDevice, ...]
    default_interface: str | None
    adapters: tuple[Adapter, ...]
    fabric: MainFabric | None
    nccl: NcclAdvice
    warnings: tuple[ReadWarning, ...]

    @property
    def gpus(self) -> tuple[Accelerator, ...]:
        """GPUs that a job can use, by PCI address: the order of nvidia-smi."""
        return tuple(each for each in self.accelerators if each.trains and each.kind is Kind.GPU)


def detect(root: Path, read_nvml: Callable[[], Nvml] = Nvml) -> Host:
    """The host whose files are below `root`; `read_nvml` asks NVML, which knows the running machine alone.

    Raises FileError where the folder does not exist, or has neither `sys` nor `proc`.
    """
    tree = HostTree(root)
    if not tree.exists("sys") and not tree.exists("proc"):
        problem = "has neither 'sys' nor 'proc'" if root.is_dir() else "is not a folder"
        hint = "name the root folder of a host, such as / or a copy of one"
        raise FileError(problem, location=Location(str(root)), hint=hint)
    pci, driver = read_pci_devices(tree), read_nvidia_driver(tree)
    nvml = read_nvml()
    net_devices = read_net_devices(tree)
    adapters = _adapters(read_rdma_devices(tree), pci, net_devices)
    fabric = main_fabric(adapters)
    return Host(
        system=read_system(tree),
        kernel=read_kernel(tree),
        cpu=read_cpu(tree),
        memory=read_memory(tree),
        numa=read_numa(tree),
        non_rotational=read_non_rotational(tree),
        modules=read_loaded_modules(tree),
        peer_memory=read_peer_memory(tree),
        pci=pci,
        driver=driver,
        cuda=nvml.cuda,
        accelerators=accelerators(pci, driver, nvml.gpus),
        net_devices=net_devices,
        adapters=adapters,
        fabric=fabric,
        default_interface=read_default_interface(tree),
        nccl=nccl_advice(fabric),
        warnings=tree.warnings,
    )


def _adapters(
    devices: tuple[RdmaDevice, ...], pci: tuple[PciDevice, ...], net_devices: tuple[NetDevice, ...]
) -> tuple[Adapter, ...]:
    by_address = {each.address: each for each in pci}
    return tuple(
        Adapter(device, by_address.get(device.address or ""), _net_devices(device, net_devices))
        for device in devices
    )


def _net_devices(device: RdmaDevice, net_devices: tuple[NetDevice, ...]) -> tuple[str, ...]:
    """Interfaces of an RDMA device: those in its GID table (RoCE), else of its PCI function (InfiniBand)."""
    named = {gid.net_device for port in device.ports for gid in port.gids if gid.net_device}
    if not named:
        named = {each.name for each in net_devices if device.name in each.rdma}
    return tuple(each.name for each in net_devices if each.name in named) or tuple(sorted(named))
