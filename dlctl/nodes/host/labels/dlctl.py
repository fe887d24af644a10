"""Labels under dlctl.dev/ for what neither NFD nor GFD labels.

| label | value |
|---|---|
| gpu.model | short name of the model, which `gpu_model` of prototypes takes, where all GPUs are of one |
| gpu.vendor | nvidia, amd, intel, where all are of one |
| gpu.count | GPUs that jobs can use, by PCI devices |
| gpu.rdma-affinity | PIX, PXB, PHB, NODE or SYS: of each GPU and its nearest active adapter, the farthest |
| rdma.capable | true with any RDMA hardware; NFD's rdma.capable means Mellanox alone |
| rdma.fabric | infiniband, roce, efa, iwarp: the network for collective communication |
| rdma.state | active, armed, init, down: the best state of a port in it |
| rdma.ports | active ports at its rate |
| rdma.rate | Gb/s of each of them |
| rdma.gpudirect | true with a module for it (nvidia_peermem); with DMA-BUF it may work without |
| nccl.ib-hca | NCCL_IB_HCA without its `=` and with dots for commas, since a label value can have neither |
| nccl.ib-gid-index | NCCL_IB_GID_INDEX |
"""

from collections.abc import Iterator

from dlctl.nodes.host.detect import Host
from dlctl.nodes.host.hardware.fabric import MainFabric
from dlctl.nodes.host.hardware.matrix import gpu_rdma_affinity
from dlctl.nodes.host.hardware.nccl import NcclAdvice
from dlctl.nodes.host.hardware.topology import Affinity
from dlctl.nodes.host.labels.label import Label

PREFIX = "dlctl.dev/"


def dlctl_labels(host: Host) -> Iterator[Label]:
    """Our own labels."""
    for labels in (_gpus(host), _rdma(host), _nccl(host.nccl)):
        yield from ((PREFIX + name, value) for name, value in labels)


def _gpus(host: Host) -> Iterator[Label]:
    if not host.gpus:
        return
    yield "gpu.count", str(len(host.gpus))
    vendors, models = {gpu.vendor for gpu in host.gpus}, {gpu.model and gpu.model.name for gpu in host.gpus}
    if len(vendors) == 1:
        yield "gpu.vendor", vendors.pop()
    model = models.pop() if len(models) == 1 else None
    if model:
        yield "gpu.model", model
    nearest = gpu_rdma_affinity(host.gpus, host.fabric)
    if nearest not in (None, Affinity.UNKNOWN):
        yield "gpu.rdma-affinity", str(nearest)


def _rdma(host: Host) -> Iterator[Label]:
    if any(adapter.physical for adapter in host.adapters):
        yield "rdma.capable", "true"
    if host.fabric:
        yield from _fabric(host.fabric)
        if host.peer_memory:
            yield "rdma.gpudirect", "true"


def _fabric(fabric: MainFabric) -> Iterator[Label]:
    yield "rdma.fabric", fabric.kind
    yield "rdma.state", fabric.state.lower()
    if fabric.rate:
        yield "rdma.ports", str(len(fabric.links))
        yield "rdma.rate", f"{fabric.rate:g}"


def _nccl(advice: NcclAdvice) -> Iterator[Label]:
    if advice.ib_hca and not set(advice.ib_hca) & {".", ":"}:
        yield "nccl.ib-hca", advice.ib_hca.removeprefix("=").replace(",", ".")
    if advice.ib_gid_index is not None:
        yield "nccl.ib-gid-index", str(advice.ib_gid_index)
