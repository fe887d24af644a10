"""Findings about RDMA adapters and their ports."""

from collections.abc import Iterator

from dlctl.nodes.host.detect import Host
from dlctl.nodes.host.findings.finding import Finding, note, warning
from dlctl.nodes.host.hardware.fabric import Adapter, Fabric, Link
from dlctl.nodes.host.hardware.nic_models import nic_model
from dlctl.nodes.host.hardware.vendors import MELLANOX
from dlctl.nodes.host.sources.infiniband import Port

_DEFAULT_MTU = 1500
_NEEDED = ("ib_uverbs", "rdma_ucm")
_WITHOUT_SUBNET_MANAGER = ("INIT", "ARMED")


def rdma_findings(host: Host) -> Iterator[Finding]:
    """Findings about RDMA: by port, then about adapters without RDMA, modules and GPUDirect."""
    for adapter in host.adapters:
        if adapter.physical and not adapter.virtual_function:
            for port in adapter.rdma.ports:
                yield from _port(host, adapter, port)
    yield from _without_rdma(host)
    yield from _modules(host)
    yield from _gpu_direct(host)


def _port(host: Host, adapter: Adapter, port: Port) -> Iterator[Finding]:
    name = f"{adapter.rdma.name}/{port.number}"
    if not port.active:
        yield warning("port-not-active", name, f"port is {port.state or 'of unknown state'}{_reason(port)}")
        return
    if slow := _slower_than(host, adapter, port):
        message = f"port runs at {port.rate:g} Gb/s, others of {adapter.rdma.hca_type} at {slow:g}"
        yield warning("port-slow", name, message)
    if adapter.fabric(port) is Fabric.ROCE:
        yield from _roce(host, adapter, name)


def _reason(port: Port) -> str:
    if port.state in _WITHOUT_SUBNET_MANAGER and port.link_layer == "InfiniBand":
        return ": the link is up, and no subnet manager has configured it"
    return f" ({port.physical_state})" if port.physical_state else ""


def _slower_than(host: Host, adapter: Adapter, port: Port) -> float | None:
    """The rate of faster active ports of the same model and link layer."""
    alike = (
        other.rate
        for each in host.adapters
        for other in each.rdma.ports
        if each.rdma.hca_type == adapter.rdma.hca_type
        and other.link_layer == port.link_layer
        and other.active
    )
    fastest = max((rate for rate in alike if rate), default=0)
    return fastest if adapter.rdma.hca_type and port.rate and port.rate < fastest else None


def _roce(host: Host, adapter: Adapter, name: str) -> Iterator[Finding]:
    for device in host.net_devices:
        if device.name in adapter.net_devices and device.mtu and device.mtu <= _DEFAULT_MTU:
            message = (
                f"{device.name} has an MTU of {device.mtu}: RoCE then sends packets of at most 1024 bytes"
            )
            yield warning("small-mtu", name, message)


def _without_rdma(host: Host) -> Iterator[Finding]:
    """Mellanox's adapters that have a driver and no RDMA device."""
    with_rdma = {adapter.rdma.address for adapter in host.adapters}
    for device in host.pci:
        network = device.vendor == MELLANOX and device.device_class.startswith("02")
        if network and device.address not in with_rdma and not device.virtual_of:
            bound = f"bound to {device.driver}" if device.driver else "without a driver"
            message = f"{nic_model(device.model_id)} is {bound} and has no RDMA device"
            yield note("no-rdma-device", device.address, message)


def _modules(host: Host) -> Iterator[Finding]:
    missing = [name for name in _NEEDED if name not in host.modules]
    if host.fabric and host.modules and missing:
        message = f"modules that programs need for RDMA are not loaded (or built in): {', '.join(missing)}"
        yield warning("modules-missing", "", message)


def _gpu_direct(host: Host) -> Iterator[Finding]:
    nvidia = any(gpu.vendor == "nvidia" for gpu in host.gpus)
    if not nvidia or not host.fabric or not host.fabric.links:
        return
    if not host.peer_memory:
        message = (
            "nvidia_peermem is not loaded: GPUDirect RDMA works only through DMA-BUF (open kernel modules)"
        )
        yield note("no-peer-memory", "", message)
    links = host.fabric.links
    if host.fabric.kind is Fabric.ROCE and host.nccl.ib_gid_index is None:
        yield note("gid-index", "", f"no GID index fits all of {_names(links)}: NCCL chooses one for each")


def _names(links: tuple[Link, ...]) -> str:
    return ", ".join(link.adapter.rdma.name for link in links)
