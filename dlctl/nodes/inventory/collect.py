"""From the objects of a cluster to its inventory: each is looked at once, as it comes."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory import names
from dlctl.nodes.inventory.amounts import THOUSANDTHS, whole
from dlctl.nodes.inventory.claims import Claimable, DeviceClaims
from dlctl.nodes.inventory.model import Devices, Finding, Inventory, Mode, Node
from dlctl.nodes.inventory.node_status import Toleration
from dlctl.nodes.inventory.order import natural_key
from dlctl.nodes.inventory.pods import NodeUse, PodCount
from dlctl.nodes.inventory.read_node import read_node
from dlctl.nodes.inventory.topology import Topology


def _no_other(resource: str) -> bool:
    return False


def is_extended(resource: str) -> bool:
    """Whether a resource is counted in whole ones: cpu, memory, huge pages and the like are not."""
    return "/" in resource or "." in resource


class Wanted(Struct, frozen=True):
    """What is listed beside accelerators: the extended resources that `also` accepts.

    `tolerated` are the tolerations of each pod that is to be placed: taints that all match do not count.
    `topology` is whether objects are to be read that say where a node is in the network.
    """

    also: Callable[[str], bool] = _no_other
    tolerated: Sequence[Sequence[Toleration]] = ()
    topology: bool = False

    def is_device(self, resource: str) -> bool:
        """Whether a resource is listed."""
        return names.is_device(resource) or (is_extended(resource) and self.also(resource))


class Collection:
    """The objects of one cluster, counted as they are added: slices and claims first, pods last."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._nodes: list[Node] = []
        self._pods = PodCount(wanted.is_device)
        self._claims = DeviceClaims(wanted.is_device)
        self._claims_known = True
        self._claimable: dict[str, tuple[Claimable, ...]] | None = None
        self._pods_known = True
        self._topology = Topology()
        self._notes: list[str] = []

    def add_node(self, body: JsonObject) -> None:
        """Take what counts of a Node."""
        if self._claimable is None:
            self._claimable = self._claims.by_node(claims_known=self._claims_known)
        claimable = self._claimable.get(str((body.get("metadata") or {}).get("name")), ())
        self._nodes.append(
            read_node(body, self._wanted.is_device, claimable, self._wanted.tolerated, self._topology)
        )

    def place(self, topology: Topology) -> None:
        """Take where nodes are in the network; before the first node."""
        self._topology = topology

    def add_slice(self, body: JsonObject) -> None:
        """Take the devices of a ResourceSlice."""
        self._claims.add_slice(body)

    def add_claim(self, body: JsonObject) -> None:
        """Take what a ResourceClaim holds."""
        self._claims.add_claim(body)

    def without_claims(self, note: str) -> None:
        """ResourceClaims could not be read: which devices of slices are used is not known."""
        self._claims_known = False
        self._notes.append(note)

    def add_pod(self, body: JsonObject) -> None:
        """Count a Pod."""
        metadata = body.get("metadata") or {}
        claimed = self._claims.held_by(str(metadata.get("namespace")), str(metadata.get("name")))
        self._pods.add(body, claimed)

    def note(self, text: str) -> None:
        """Keep one sentence for the user."""
        self._notes.append(text)

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
    if devices.kind.mode is Mode.DRA:
        return devices
    nominated = whole(use.nominated.get(name, 0))
    return replace(devices, used=whole(use.taken.get(name, 0)), nominated=nominated)
