"""From the objects of a cluster to its inventory: each is looked at once, as it comes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory import names
from dlctl.nodes.inventory.amounts import THOUSANDTHS, whole
from dlctl.nodes.inventory.model import Devices, Finding, Inventory, Node
from dlctl.nodes.inventory.node_status import Toleration
from dlctl.nodes.inventory.order import natural_key
from dlctl.nodes.inventory.pods import NodeUse, PodCount
from dlctl.nodes.inventory.read_node import read_node


def _no_other(resource: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is listed beside accelerators: the extended resources that `also` accepts.

    `tolerated` are the tolerations of pods that are to be placed: taints that they match do not count.
    """

    also: Callable[[str], bool] = _no_other
    tolerated: Sequence[Toleration] = ()

    def is_device(self, resource: str) -> bool:
        """Whether a resource is listed."""
        return names.is_device(resource) or ("/" in resource and self.also(resource))


class Collection:
    """The objects of one cluster, counted as they are added, in any order."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._nodes: list[Node] = []
        self._pods = PodCount(wanted.is_device)
        self._pods_known = True
        self._notes: list[str] = []

    def add_node(self, body: JsonObject) -> None:
        """Take what counts of a Node."""
        self._nodes.append(read_node(body, self._wanted.is_device, (), self._wanted.tolerated))

    def add_pod(self, body: JsonObject) -> None:
        """Count a Pod."""
        self._pods.add(body)

    def without_pods(self, note: str) -> None:
        """Pods could not be read: what is used is not known, and `note` says why."""
        self._pods_known = False
        self._notes.append(note)

    def inventory(self) -> Inventory:
        """All that was added, counted; nodes in natural order."""
        nodes = sorted(self._nodes, key=lambda node: natural_key(node.name))
        if not self._pods_known:
            return Inventory(tuple(nodes), None, None, tuple(self._notes))
        counted = tuple(_with_use(node, self._pods.on(node.name)) for node in nodes)
        return Inventory(counted, self._pods.pending, self._pods.gated, tuple(self._notes))


def _with_use(node: Node, use: NodeUse) -> Node:
    devices = tuple(_used(each, use) for each in node.devices)
    found = [
        Finding(
            "overcommitted", f"pods hold {each.used} {each.kind.resource}, and it offers {each.allocatable}"
        )
        for each in devices
        if each.overcommitted
    ]
    found += [
        Finding("fractional-request", f"a pod requests a part of one {name}, counted as a whole one")
        for name in sorted(use.odd)
    ]
    return replace(
        node,
        devices=devices,
        cpu=replace(node.cpu, used=use.taken.get("cpu", 0)),
        memory=replace(node.memory, used=-(-use.taken.get("memory", 0) // THOUSANDTHS)),
        findings=(*node.findings, *found),
        pods=tuple(sorted(use.pods, key=lambda pod: (natural_key(pod.namespace), natural_key(pod.name)))),
    )


def _used(devices: Devices, use: NodeUse) -> Devices:
    name = devices.kind.resource
    nominated = whole(use.nominated.get(name, 0))
    return replace(devices, used=whole(use.taken.get(name, 0)), nominated=nominated)
