"""How near GPUs and RDMA adapters are, each to each."""

from collections.abc import Sequence

from msgspec import Struct

from dlctl.nodes.host.hardware.accelerator import Accelerator
from dlctl.nodes.host.hardware.fabric import Adapter, MainFabric
from dlctl.nodes.host.hardware.topology import Affinity, affinity


class Pair(Struct, frozen=True):
    """A GPU by its index and another device by its name, and how near they are."""

    gpu: str
    device: str
    affinity: Affinity


def gpu_name(index: int) -> str:
    """The name of a GPU in tables: nvidia-smi's GPU0, GPU1, … in the order of PCI addresses."""
    return f"GPU{index}"


def gpu_adapter_pairs(gpus: Sequence[Accelerator], adapters: Sequence[Adapter]) -> tuple[Pair, ...]:
    """Each GPU with each adapter that has a PCI device."""
    return tuple(
        Pair(gpu_name(index), adapter.rdma.name, affinity(gpu.pci, adapter.pci))
        for index, gpu in enumerate(gpus)
        for adapter in adapters
        if adapter.pci
    )


def gpu_gpu_pairs(gpus: Sequence[Accelerator]) -> tuple[Pair, ...]:
    """Each GPU with each one after it, by PCI paths: NVLink is not looked at."""
    return tuple(
        Pair(gpu_name(index), gpu_name(other), affinity(gpu.pci, gpus[other].pci))
        for index, gpu in enumerate(gpus)
        for other in range(index + 1, len(gpus))
    )


def gpu_rdma_affinity(gpus: Sequence[Accelerator], fabric: MainFabric | None) -> Affinity | None:
    """For each GPU the nearest adapter of the fabric, and of these the farthest: what every GPU has at least.

    None without GPUs or active ports.
    """
    adapters = [link.adapter.pci for link in fabric.links if link.adapter.pci] if fabric else []
    if not gpus or not adapters:
        return None
    nearest = (min((affinity(gpu.pci, each) for each in adapters), key=_distance) for gpu in gpus)
    return max(nearest, key=_distance)


def _distance(class_: Affinity) -> int:
    return class_.distance
