"""Groups of equal nodes: what they have, without what is used of it and what is broken now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.amounts import THOUSANDTHS
from dlctl.nodes.inventory.claims import Claimable
from dlctl.nodes.inventory.group_labels import group_labels, is_lasting
from dlctl.nodes.inventory.model import Devices, Mode, Rdma
from dlctl.nodes.inventory.order import natural_key
from dlctl.nodes.inventory.read_node import read_node

_MEBIBYTE, _GIBIBYTE = 2**20, 2**30


class Taint(Struct, frozen=True, order=True):
    """A taint of nodes."""

    key: str
    value: str
    effect: str


class GroupDevices(Struct, frozen=True, order=True):
    """What each node of a group has of one extended resource, or of one DRA driver.

    `model`, `mode` and `part` are those of `DeviceKind`; `mode` is OTHER for what is no accelerator.
    """

    resource: str
    count: int
    model: str = ""
    mode: Mode = Mode.OTHER
    part: str = ""
    replicas: int = 1


class NodeGroup(Struct, frozen=True):
    """Nodes with the same labels, taints, devices and number of CPUs.

    `labels` are those that say what a node has. `cpu` and `memory` (such as `503Gi`) are what the smallest
    of the nodes offers. `names` is empty where names were not asked for.
    """

    count: int
    devices: tuple[GroupDevices, ...] = ()
    rdma: Rdma | None = None
    cpu: int = 0
    memory: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    names: tuple[str, ...] = ()


class _Member(Struct, frozen=True):
    name: str
    group: NodeGroup
    cpus: str
    memory: int


class NodeGroups:
    """Nodes, grouped as they are added. Labels of `more_labels` tell groups apart, too."""

    def __init__(
        self, claimable: Mapping[str, Sequence[Claimable]], more_labels: Collection[str] = ()
    ) -> None:
        self._claimable = claimable
        self._more_labels = frozenset(more_labels)
        self._members: dict[object, list[_Member]] = {}

    def add(self, node: JsonObject) -> None:
        """Add a Node."""
        member = self._member(node)
        group = member.group
        key = (group.devices, group.rdma, member.cpus, tuple(group.labels.items()), group.taints)
        self._members.setdefault(key, []).append(member)

    def groups(self, *, names: bool = False) -> tuple[NodeGroup, ...]:
        """The groups in an order that only what they have decides."""
        return tuple(sorted((_merged(each, names) for each in self._members.values()), key=_order))

    def _member(self, node: JsonObject) -> _Member:
        metadata, spec, status = (node.get(key) or {} for key in ("metadata", "spec", "status"))
        name = str(metadata.get("name") or "")
        read = read_node(node, _is_extended, self._claimable.get(name, ()))
        group = NodeGroup(
            1,
            tuple(sorted(_devices(each) for each in read.devices if each.capacity)),
            read.rdma,
            read.cpu.allocatable // THOUSANDTHS,
            labels=group_labels(metadata.get("labels") or {}, self._more_labels),
            taints=_taints(spec.get("taints") or ()),
        )
        return _Member(name, group, str((status.get("capacity") or {}).get("cpu")), read.memory.allocatable)


def _is_extended(resource: str) -> bool:
    return "/" in resource


def _devices(devices: Devices) -> GroupDevices:
    kind = devices.kind
    return GroupDevices(kind.resource, devices.capacity, kind.model, kind.mode, kind.part, kind.replicas)


def _taints(stated: Iterable[Mapping[str, Any]]) -> tuple[Taint, ...]:
    found = (Taint(*(str(each.get(key) or "") for key in ("key", "value", "effect"))) for each in stated)
    return tuple(sorted(taint for taint in found if is_lasting(taint.key)))


def _merged(members: Sequence[_Member], names: bool) -> NodeGroup:
    return replace(
        members[0].group,
        count=len(members),
        cpu=min(member.group.cpu for member in members),
        memory=_rounded(min(member.memory for member in members)),
        names=tuple(sorted((member.name for member in members), key=natural_key)) if names else (),
    )


def _rounded(size: int) -> str:
    """Whole gibibytes, rounded down: what the kernel keeps for itself differs a little at each start."""
    return f"{size // _GIBIBYTE}Gi" if size >= _GIBIBYTE else f"{size // _MEBIBYTE}Mi"


def _order(group: NodeGroup) -> tuple[object, ...]:
    labels = tuple(group.labels.items())
    return (not group.devices, group.devices, labels, group.taints, str(group.rdma), group.cpu, group.memory)
