"""Which pods count, on which node, and what pods without a node are waiting for."""

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.amounts import Amounts, add, whole
from dlctl.nodes.inventory.model import Demand, DevicePod
from dlctl.nodes.inventory.requests import claimed_resources, pod_requests

COUNTED_PODS = "status.phase!=Succeeded,status.phase!=Failed"
"""The field selector of the pods that count: a pod that has ended holds nothing."""

_ENDED = frozenset({"Succeeded", "Failed"})
IsDevice = Callable[[str], bool]
"""Whether a resource is one of those that are listed."""


class NodeUse(Struct):
    """What the pods of one node hold: all of it in `taken`, and each pod with devices in `pods`."""

    taken: Amounts = field(default_factory=dict)
    nominated: Amounts = field(default_factory=dict)
    pods: list[DevicePod] = field(default_factory=list)
    odd: set[str] = field(default_factory=set)


class _Waiting(Struct):
    counts: Amounts = field(default_factory=dict)
    pods: int = 0
    owners: set[str] = field(default_factory=set)

    def demand(self) -> Demand:
        counts = tuple((name, whole(value)) for name, value in sorted(self.counts.items()))
        return Demand(counts, self.pods, len(self.owners))


class PodCount:
    """Adds up pods as they come; nothing of a pod is kept but what it holds of devices."""

    def __init__(self, is_device: IsDevice) -> None:
        self._is_device = is_device
        self._nodes: dict[str, NodeUse] = {}
        self._pending, self._gated = _Waiting(), _Waiting()

    def add(self, pod: JsonObject, claimed: Mapping[str, int]) -> None:
        """Count one pod: on its node from the time it has one, and until it has ended or is gone.

        `claimed` are the devices that its ResourceClaims hold, which are counted with the claims.
        """
        status, spec = pod.get("status") or {}, pod.get("spec") or {}
        if status.get("phase") in _ENDED:
            return
        taken = pod_requests(pod)
        for name in claimed_resources(pod):
            taken.pop(name, None)
        devices = {name: value for name, value in taken.items() if value and self._is_device(name)}
        if node := spec.get("nodeName"):
            self._hold(self.on(str(node)), pod, taken, devices, claimed)
        elif devices and not (pod.get("metadata") or {}).get("deletionTimestamp"):
            self._wait(pod, devices)

    def on(self, node: str) -> NodeUse:
        """What is held on a node; nothing where no pod is there."""
        return self._nodes.setdefault(node, NodeUse())

    @property
    def pending(self) -> Demand:
        """The pods that wait for a node."""
        return self._pending.demand()

    @property
    def gated(self) -> Demand:
        """The pods that a scheduling gate holds back."""
        return self._gated.demand()

    def _hold(
        self, use: NodeUse, pod: JsonObject, taken: Amounts, devices: Amounts, claimed: Mapping[str, int]
    ) -> None:
        add(use.taken, taken)
        if devices or claimed:
            held = {**{name: whole(value) for name, value in devices.items()}, **claimed}
            use.pods.append(_device_pod(pod, held))
            use.odd.update(name for name, value in devices.items() if value % 1000)

    def _wait(self, pod: JsonObject, devices: Amounts) -> None:
        waiting = self._gated if (pod.get("spec") or {}).get("schedulingGates") else self._pending
        add(waiting.counts, devices)
        waiting.pods += 1
        waiting.owners.add(_owner(pod))
        if nominated := (pod.get("status") or {}).get("nominatedNodeName"):
            add(self.on(str(nominated)).nominated, devices)


def _owner(pod: JsonObject) -> str:
    """What made the pod: its controller, or the pod itself."""
    metadata = pod.get("metadata") or {}
    for owner in metadata.get("ownerReferences") or ():
        if owner.get("controller"):
            return str(owner.get("uid"))
    return f"{metadata.get('namespace')}/{metadata.get('name')}"


def _device_pod(pod: JsonObject, held: Mapping[str, int]) -> DevicePod:
    metadata, status, spec = pod.get("metadata") or {}, pod.get("status") or {}, pod.get("spec") or {}
    deleting = "Terminating" if metadata.get("deletionTimestamp") else ""
    return DevicePod(
        namespace=str(metadata.get("namespace") or ""),
        name=str(metadata.get("name") or ""),
        phase=deleting or str(status.get("phase") or "Unknown"),
        counts=tuple(sorted(held.items())),
        priority=int(spec.get("priority") or 0),
        since=str(status.get("startTime") or metadata.get("creationTimestamp") or ""),
    )
