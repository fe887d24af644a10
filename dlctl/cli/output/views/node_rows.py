"""Nodes as rows: one for each kind of device on a node, and below it its pods where they are asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dlctl.cli.output.age import age
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.nodes.inventory.model import DevicePod, Devices, Mode, Node

UNKNOWN, NOT_APPLICABLE = "?", "-"
INDENT = "  "


@dataclass(frozen=True, slots=True)
class Row:
    """What a row is about: a node of a cluster, one of its kinds of device, a pod that holds some."""

    cluster: str
    node: Node
    devices: Devices | None
    now: datetime
    pod: DevicePod | None = None


Column = Callable[[Row], str | Cell]


def node_rows(cluster: str, nodes: Sequence[Node], now: datetime, *, pods: bool) -> Iterator[Row]:
    """The rows of a cluster's nodes, in order."""
    for node in nodes:
        for devices in node.devices or (None,):
            yield Row(cluster, node, devices, now)
            if pods and devices:
                yield from (Row(cluster, node, devices, now, pod) for pod in _holders(node, devices))


def _holders(node: Node, devices: Devices) -> Iterator[DevicePod]:
    return (pod for pod in node.pods or () if dict(pod.counts).get(devices.kind.resource))


def _status(row: Row) -> Cell:
    if row.pod:
        return Cell(row.pod.phase)
    return Cell(",".join(row.node.status), Style.WARN) if row.node.status else Cell("Ready", Style.GOOD)


def _name(row: Row) -> str:
    return f"{INDENT}{row.pod.namespace}/{row.pod.name}" if row.pod else row.node.name


def _used(row: Row) -> str:
    if row.pod and row.devices:
        return str(dict(row.pod.counts)[row.devices.kind.resource])
    return _number(row, lambda devices: devices.used)


def _number(row: Row, value: Callable[[Devices], int | None]) -> str:
    if row.pod:
        return ""
    if row.devices is None:
        return NOT_APPLICABLE
    found = value(row.devices)
    return UNKNOWN if found is None else str(found)


def _of_devices(value: Callable[[Devices], int | None]) -> Column:
    return lambda row: _number(row, value)


def _of_node(value: Callable[[Node], str]) -> Column:
    return lambda row: "" if row.pod else value(row.node) or NOT_APPLICABLE


def _gpu(row: Row) -> str:
    if row.pod:
        return ""
    return row.devices.kind.label if row.devices else NOT_APPLICABLE


def mode_name(devices: Devices) -> str:
    """How devices are handed out: `exclusive`, `shared×4`, `mig-mixed`."""
    kind = devices.kind
    return f"{kind.mode.value}×{kind.replicas}" if kind.mode is Mode.SHARED else kind.mode.value


def _mode(row: Row) -> str:
    if row.pod:
        return ""
    return mode_name(row.devices) if row.devices else NOT_APPLICABLE


def _cpu(node: Node) -> str:
    return UNKNOWN if node.cpu.free is None else str(node.cpu.free // 1000)


def _memory(node: Node) -> str:
    return UNKNOWN if node.memory.free is None else f"{node.memory.free >> 30}Gi"


def _age(row: Row) -> str:
    return age(row.pod.since if row.pod else row.node.created, row.now) or UNKNOWN


def _pods(node: Node) -> str:
    return UNKNOWN if node.pods is None else str(len(node.pods))


COLUMNS: Mapping[str, Column] = {
    "CLUSTER": lambda row: row.cluster,
    "NODE": _name,
    "STATUS": _status,
    "GPU": _gpu,
    "FREE": _of_devices(lambda devices: devices.free),
    "USED": _used,
    "TOTAL": _of_devices(lambda devices: devices.capacity),
    "BAD": _of_devices(lambda devices: devices.bad),
    "RDMA": _of_node(lambda node: str(node.rdma or "")),
    "AGE": _age,
    "PRIORITY": lambda row: str(row.pod.priority) if row.pod else "",
    "IDLE": _of_devices(lambda devices: devices.idle),
    "NOMINATED": _of_devices(lambda devices: devices.nominated),
    "RESOURCE": lambda row: "" if row.pod else row.devices.kind.resource if row.devices else NOT_APPLICABLE,
    "MODE": _mode,
    "PODS": _of_node(_pods),
    "CPU": _of_node(_cpu),
    "MEMORY": _of_node(_memory),
    "IP": _of_node(lambda node: node.address),
    "ZONE": _of_node(lambda node: node.zone),
    "TOPOLOGY": _of_node(lambda node: node.topology),
    "DRIVER": _of_node(lambda node: node.driver),
    "KUBELET": _of_node(lambda node: node.kubelet),
}
"""Every column, in order."""

NARROW = ("NODE", "STATUS", "GPU", "FREE", "USED", "TOTAL", "BAD", "RDMA", "AGE")
"""The columns of the table; CLUSTER comes first where there are several, PRIORITY last with pods."""


def default_columns(*, wide: bool, clusters: bool, pods: bool) -> tuple[str, ...]:
    """The columns that are shown where none are chosen."""
    left_out = {"" if clusters else "CLUSTER", "" if pods else "PRIORITY"}
    return tuple(
        name
        for name in COLUMNS
        if name not in left_out and (wide or name in NARROW or name in ("CLUSTER", "PRIORITY"))
    )
