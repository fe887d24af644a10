"""Which nodes and devices are listed."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from dlctl.nodes.inventory.gpu_model import is_model
from dlctl.nodes.inventory.model import Devices, Inventory, Node


class Counted(Struct, frozen=True):
    """Which devices are counted: those of a model, or of resources (names or globs); all where empty."""

    model: str = ""
    resources: tuple[str, ...] = ()

    def asks_for(self, resource: str) -> bool:
        """Whether a resource is named."""
        return any(fnmatchcase(resource, pattern) for pattern in self.resources)

    def accepts(self, devices: Devices) -> bool:
        """Whether these devices are counted."""
        kind = devices.kind
        if self.resources and not self.asks_for(kind.resource):
            return False
        return not self.model or is_model(kind.model, self.model)


class Shown(Struct, frozen=True):
    """Which of the counted ones have a row: nodes that are `ready`, devices with so many `free`.

    `all_nodes` has the nodes without devices, too.
    """

    all_nodes: bool = False
    ready: bool = False
    free: int = 0


def counted(inventory: Inventory, which: Counted) -> Inventory:
    """The inventory with the devices that are counted; nodes that have none of them stay without."""
    if which == Counted():
        return inventory
    nodes = (replace(n, devices=tuple(filter(which.accepts, n.devices))) for n in inventory.nodes)
    return replace(inventory, nodes=tuple(nodes))


def rows(nodes: Sequence[Node], shown: Shown) -> Iterator[Node]:
    """The nodes that are listed, each with the devices that have a row."""
    for node in nodes:
        if shown.ready and not node.usable:
            continue
        devices = tuple(each for each in node.devices if (each.free or 0) >= shown.free)
        if devices or (shown.all_nodes and not shown.free):
            yield replace(node, devices=devices)
