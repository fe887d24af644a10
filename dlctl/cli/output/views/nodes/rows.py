"""Nodes as rows: one for each kind of device on a node, and below it its pods where they are asked for."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cli.output.age import age
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.nodes.inventory.model import DevicePod, Devices, Mode, Node

UNKNOWN, NOT_APPLICABLE = "?", "-"
INDENT = "  "


class Row(Struct, frozen=True):
    """What a row is about: a node of a cluster, one of its kinds of device, a pod that holds some.

    `below` is the priority below which pods count as preemptible.
    """

    cluster: str
    node: Node
    devices: Devices | None
    now: datetime
    below: int = 0
    pod: DevicePod | None = None


Column = Callable[[Row], str | Cell]


def node_rows(cluster: str, nodes: Iterable[Node], now: datetime, below: int) -> Iterator[Row]:
    """One row for each kind of device of each node, in order; one for a node that has none."""
    for node in nodes:
        for devices in node.devices or (None,):
            yield Row(cluster, node, devices, now, below)


def with_pods(rows: Iterable[Row]) -> Iterator[Row]:
    """Each row, and below it one for each pod that holds its devices."""
    for row in rows:
        yield row
        if row.devices:
            yield from (replace(row, pod=pod) for pod in _holders(row.node, row.devices))


def _holders(node: Node, devices: Devices) -> Iterator[DevicePod]:
    return (pod for pod in node.pods or () if dict(pod.counts).get(devices.kind.resource))


def _status(row: Row) -> Cell:
    if row.pod:
        return Cell(row.pod.phase)
    return Cell(",".join(row.node.status), Style.WARN) if row.node.status else Cell("Ready", Style.GOOD)


def _name(row: Row) -> str:
    return f"{INDENT}{row.pod.namespace}/{row.pod.name}" if row.pod else row.node.name


def _held(row: Row) -> str:
    """How many of the devices the row's pod holds."""
    return str(dict(row.pod.counts)[row.devices.kind.resource]) if row.pod and row.devices else ""


def _used(row: Row) -> str:
    if row.pod:
        return _held(row)
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


def preemptible(row: Row) -> int | None:
    """How many of the devices are held by pods of a priority below `row.below`."""
    if row.devices is None or row.node.pods is None:
        return None
    held = ((pod.priority, dict(pod.counts)) for pod in row.node.pods)
    name = row.devices.kind.resource
    return sum(counts.get(name, 0) for priority, counts in held if priority < row.below)


COLUMNS: Mapping[str, Column] = {
    "CLUSTER": lambda row: row.cluster,
    "NODE": _name,
    "POD": lambda row: f"{row.pod.namespace}/{row.pod.name}" if row.pod else "",
    "STATUS": _status,
    "GPU": _gpu,
    "FREE": _of_devices(lambda devices: devices.free),
    "USED": _used,
    "HELD": _held,
    "TOTAL": _of_devices(lambda devices: devices.capacity),
    "BAD": _of_devices(lambda devices: devices.bad),
    "RDMA": _of_node(lambda node: str(node.rdma or "")),
    "AGE": _age,
    "PRIORITY": lambda row: str(row.pod.priority) if row.pod else "",
    "PREEMPTIBLE": lambda row: _number(row, lambda devices: preemptible(row)),
    "IDLE": _of_devices(lambda devices: devices.idle),
    "BLOCKED": _of_devices(lambda devices: devices.blocked),
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
"""The columns of the table."""


OPTIONAL = ("CLUSTER", "POD", "HELD", "PRIORITY", "PREEMPTIBLE", "BLOCKED")
"""Columns that are there where they tell something: several clusters, pods, a priority, blocked devices."""


def default_columns(*, wide: bool, optional: Collection[str]) -> tuple[str, ...]:
    """The columns that are shown where none are chosen; `optional` are those of OPTIONAL that are."""
    return tuple(
        name for name in COLUMNS if name in optional or (name not in OPTIONAL and (wide or name in NARROW))
    )
