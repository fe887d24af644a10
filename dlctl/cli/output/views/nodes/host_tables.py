"""A host for people: its devices, how near they are, findings, and NCCL's parameters."""

from collections.abc import Iterator, Sequence

from dlctl.cli.output.streams import data
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import table
from dlctl.nodes.host.detect import Host
from dlctl.nodes.host.findings.finding import Finding, Level
from dlctl.nodes.host.hardware.accelerator import Accelerator, State
from dlctl.nodes.host.hardware.fabric import Adapter
from dlctl.nodes.host.hardware.matrix import gpu_adapter_pairs, gpu_gpu_pairs, gpu_name
from dlctl.nodes.host.hardware.nic_models import nic_model
from dlctl.nodes.host.hardware.topology import Affinity
from dlctl.nodes.host.labels.cuda_versions import supported_cuda
from dlctl.nodes.host.sources.network import NetDevice
from dlctl.nodes.host.sources.pci import PciDevice, PciLink

Row = Sequence[str | Cell]
_UNKNOWN = "?"
_NONE = "-"
_LEGEND = (
    ("PIX", "at most one PCIe switch between them"),
    ("PXB", "several PCIe switches, no host bridge"),
    ("PHB", "a PCIe host bridge"),
    ("NODE", "host bridges of one NUMA node"),
    ("SYS", "several NUMA nodes"),
    ("?", "the firmware gives no NUMA node"),
)


def print_host_tables(host: Host, findings: Sequence[Finding], *, wide: bool) -> None:
    """Print the tables, an empty line between two; `wide` adds displays, GPU pairs and a legend."""
    devices = [*_accelerators(host, wide=wide), *_adapters(host), *_others(host)]
    headings = ("NAME", "KIND", "MODEL", "PCI", "NUMA", "DRIVER", "STATUS")
    table(headings, devices, "no GPU, accelerator or network device was found")
    if host.gpus:
        _next_table(*_matrix(host, wide=wide))
    if host.gpus and wide:
        _next_table(("CLASS", "BETWEEN TWO DEVICES"), _LEGEND)
    if findings:
        _next_table(("LEVEL", "DEVICE", "FINDING"), [_finding(finding) for finding in findings])
    if params := host.nccl.params():
        _next_table(("PARAMETER", "VALUE"), [(name, str(value)) for name, value in params.items()])


def _next_table(headings: Sequence[str], rows: Sequence[Row]) -> None:
    data("\n")
    table(headings, rows)


def _accelerators(host: Host, *, wide: bool) -> Iterator[Row]:
    names = {gpu.pci.address: gpu_name(index) for index, gpu in enumerate(host.gpus)}
    for device in host.accelerators:
        if wide or device.kind.value in ("gpu", "accelerator"):
            name = names.get(device.pci.address, _NONE)
            place = (device.pci.address, _numa(device.pci), _driver(host, device))
            yield (name, device.kind, device.name, *place, _gpu_status(device))


def _numa(pci: PciDevice | None) -> str:
    return _UNKNOWN if pci is None or pci.numa_node is None else str(pci.numa_node)


def _driver(host: Host, device: Accelerator) -> str:
    name = device.pci.driver or _NONE
    if name != "nvidia" or host.driver is None:
        return name
    cuda = host.cuda or supported_cuda(host.driver.version)
    return f"{name} {host.driver.version}" + (f" (CUDA {cuda[0]}.{cuda[1]})" if cuda else "")


def _gpu_status(device: Accelerator) -> Cell:
    """The state, with memory and link of a device that is ready."""
    if device.state is not State.READY:
        return Cell(device.state, Style.WARN)
    parts = [device.state.value]
    if device.memory:
        parts.append(f"{device.memory / 1024:.0f} GiB")
    if device.mig:
        parts.append("MIG")
    if device.nvlinks:
        parts.append(f"{device.nvlinks} NVLinks")
    return Cell(", ".join([*parts, *_link(device.pci.link)]), Style.GOOD)


def _link(link: PciLink) -> list[str]:
    return [f"PCIe {link.speed:g} GT/s x{link.width}"] if link.speed and link.width else []


def _adapters(host: Host) -> Iterator[Row]:
    """A row for each port of an RDMA device."""
    for adapter in host.adapters:
        pci, rdma = adapter.pci, adapter.rdma
        model = nic_model(pci.model_id) if pci else rdma.hca_type or _NONE
        for port in rdma.ports:
            parts = [port.state or _UNKNOWN, port.link_layer or _UNKNOWN]
            if port.active and port.rate:
                parts.append(f"{port.rate:g} Gb/s {port.speed}".rstrip())
            status = Cell(" ".join([*parts, *adapter.net_devices]), Style.GOOD if port.active else Style.WARN)
            name = rdma.name if len(rdma.ports) == 1 else f"{rdma.name}/{port.number}"
            place = (rdma.address or _NONE, _numa(pci), _adapter_driver(adapter))
            yield (name, adapter.fabric(port), model, *place, status)


def _adapter_driver(adapter: Adapter) -> str:
    name = (adapter.pci and adapter.pci.driver) or _NONE
    return f"{name} (firmware {adapter.rdma.firmware})" if adapter.rdma.firmware else name


def _others(host: Host) -> Iterator[Row]:
    """Network interfaces with a PCI device and without RDMA."""
    shown = {name for adapter in host.adapters for name in adapter.net_devices}
    by_address = {device.address: device for device in host.pci}
    for device in host.net_devices:
        pci = by_address.get(device.address or "")
        if pci and device.name not in shown:
            place = (pci.address, _numa(pci), pci.driver or _NONE)
            yield (device.name, "network", nic_model(pci.model_id), *place, _network_status(device))


def _network_status(device: NetDevice) -> str:
    speed = f" {device.speed / 1000:g} Gb/s" if device.speed and device.state == "up" else ""
    return f"{device.state}{speed}"


def _matrix(host: Host, *, wide: bool) -> tuple[Sequence[str], Sequence[Row]]:
    """GPU rows; columns for adapters, for GPUs too where `wide`, and for what is local to each GPU."""
    pairs = {(pair.gpu, pair.device): pair.affinity for pair in gpu_adapter_pairs(host.gpus, host.adapters)}
    gpus = [gpu_name(index) for index in range(len(host.gpus))]
    columns = [adapter.rdma.name for adapter in host.adapters if adapter.pci]
    if wide:
        between = {(pair.gpu, pair.device): pair.affinity for pair in gpu_gpu_pairs(host.gpus)}
        pairs |= between | {(device, gpu): class_ for (gpu, device), class_ in between.items()}
        columns = [*gpus, *columns]
    rows: list[Row] = [
        (
            name,
            *(_cell(pairs.get((name, column))) for column in columns),
            gpu.pci.local_cpus or _UNKNOWN,
            _numa(gpu.pci),
        )
        for name, gpu in zip(gpus, host.gpus, strict=True)
    ]
    return ("", *columns, "CPU AFFINITY", "NUMA AFFINITY"), rows


def _cell(class_: Affinity | None) -> Cell:
    if class_ is None:
        return Cell("X")
    return Cell(class_, Style.GOOD if class_ in (Affinity.PIX, Affinity.PXB) else None)


def _finding(finding: Finding) -> Row:
    level = Cell(finding.level, Style.WARN if finding.level is Level.WARNING else None)
    return level, finding.device or _NONE, finding.message
