"""What is taken of the nodes while pods are being placed."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct, field

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.devices.allocate import NOTHING, allocate
from dlctl.nodes.fit.model import NodeState, Pod, PodRequest, PodState
from dlctl.nodes.inventory.amounts import Amounts, add
from dlctl.nodes.inventory.dra_objects import DeviceId

NONE_KEPT: Mapping[str, frozenset[DeviceId]] = MappingProxyType({})


class NodeUse(Struct):
    """The pods of one node, and what they take together; `devices` are those that claims have."""

    pods: list[PodState] = field(default_factory=list)
    requested: Amounts = field(default_factory=dict)
    devices: frozenset[DeviceId] = NOTHING

    def add(self, pod: PodState) -> None:
        """Count a pod."""
        self.pods.append(pod)
        add(self.requested, pod.requests)
        if pod.devices:
            self.devices |= pod.devices


class Usage:
    """The pods on each node of a cluster; pods are added as they are placed.

    `kept` are devices that are allocated and that none of these pods has, by node.
    """

    def __init__(
        self,
        nodes: Iterable[NodeState],
        pods: Iterable[PodState] = (),
        kept: Mapping[str, frozenset[DeviceId]] = NONE_KEPT,
    ) -> None:
        self.nodes = tuple(nodes)
        self._uses = {node.name: NodeUse(devices=kept.get(node.name, NOTHING)) for node in self.nodes}
        for pod in pods:
            if pod.node in self._uses:
                self._uses[pod.node].add(pod)

    def on(self, node: NodeState) -> NodeUse:
        """The use of a node."""
        return self._uses[node.name]

    def place(self, pod: Pod, node: NodeState) -> None:
        """Count a new pod on a node."""
        devices = allocate(pod.claimed, node.name, self._uses[node.name].devices) if pod.claimed else NOTHING
        self._uses[node.name].add(placed(pod, node.name, devices or NOTHING))

    def remove_last(self, node: NodeState) -> None:
        """Take back the pod that was placed last on a node."""
        use = self._uses[node.name]
        pod = use.pods.pop()
        for name, value in pod.requests.items():
            use.requested[name] -= value
        if pod.devices:
            use.devices -= pod.devices

    def pods(self) -> Iterator[tuple[NodeState, PodState]]:
        """Every pod with its node."""
        for node in self.nodes:
            for pod in self._uses[node.name].pods:
                yield node, pod

    def copy(self) -> "Usage":
        """The same use, to be changed without changing this one."""
        made = Usage(self.nodes)
        for name, use in self._uses.items():
            made._uses[name] = NodeUse(list(use.pods), dict(use.requested), use.devices)
        return made

    def idle(self, node: NodeState, resource: str) -> int:
        """Thousandths of a resource that no pod holds on a node."""
        held = self.on(node).requested.get(resource, 0)
        return max(0, node.allocatable.get(resource, 0) - held)


def placed(pod: Pod, node: str, devices: frozenset[DeviceId] = NOTHING) -> PodState:
    """A new pod as one that has a node, and these devices."""
    request = pod.request
    return PodState(
        pod.namespace,
        request.name,
        node,
        pod.labels,
        pod.requests,
        pod.ports,
        pod.anti_affinity,
        pod.priority,
        owner=(request.kind, request.name),
        claims=claims_of(pod.spec),
        planned=_planned(request),
        devices=devices,
    )


def _planned(request: PodRequest) -> str:
    if request.component:
        return f"component {request.component}"
    return f"{request.kind}/{request.name}"


def claims_of(spec: JsonObject) -> frozenset[str]:
    """The PersistentVolumeClaims that a pod's spec names."""
    claims = (each.get("persistentVolumeClaim") for each in spec.get("volumes") or ())
    return frozenset(str(each.get("claimName")) for each in claims if each)
