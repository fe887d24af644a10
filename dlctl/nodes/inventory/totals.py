"""The devices of a cluster added up: like with like only."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from dlctl.nodes.inventory.model import DeviceKind, Devices, Node
from dlctl.nodes.inventory.order import natural_key

BLOCKS = (1, 2, 4, 8)
"""Sizes of jobs that people ask for on one node."""


class Total(Struct, frozen=True):
    """Devices of one kind over nodes. `free`, `used` and what follows from them are None where unknown.

    `unusable` are devices that no pod holds, on nodes that take none; `whole_nodes` are the nodes with
    as much free as the largest has (`node_size`), `largest` is the most that is free on one node.
    """

    kind: DeviceKind
    nodes: int
    total: int
    used: int | None
    free: int | None
    bad: int
    unusable: int | None
    node_size: int
    largest: int | None
    blocks: tuple[tuple[int, int], ...]

    @property
    def whole_nodes(self) -> int | None:
        """How many nodes have as many free as the largest node has devices."""
        return dict(self.blocks).get(self.node_size) if self.free is not None else None


def totals(nodes: Iterable[Node]) -> tuple[Total, ...]:
    """One total for each kind of device, by title."""
    found: dict[DeviceKind, list[Devices]] = {}
    for node in nodes:
        for each in node.devices:
            if each.capacity:
                found.setdefault(each.kind, []).append(each)
    order = sorted(found, key=lambda kind: (natural_key(kind.title), kind.resource))
    return tuple(_total(kind, found[kind]) for kind in order)


def _total(kind: DeviceKind, each: Sequence[Devices]) -> Total:
    free = [one.free for one in each if one.free is not None]
    used = [one.used for one in each if one.used is not None]
    idle = [one.idle for one in each if one.idle is not None]
    known = len(free) == len(each)
    size = max(one.capacity for one in each)
    sizes = sorted({*BLOCKS, size})
    return Total(
        kind=kind,
        nodes=len(each),
        total=sum(one.capacity for one in each),
        used=sum(used) if known else None,
        free=sum(free) if known else None,
        bad=sum(one.bad for one in each),
        unusable=sum(idle) - sum(free) if known else None,
        node_size=size,
        largest=max(free) if known else None,
        blocks=tuple((block, sum(one >= block for one in free)) for block in sizes) if known else (),
    )
