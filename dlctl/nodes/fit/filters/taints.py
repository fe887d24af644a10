"""Taints and cordoned nodes: plugins/tainttoleration and plugins/nodeunschedulable of kube-scheduler."""

from collections.abc import Iterator, Sequence

from dlctl.nodes.fit.model import Constraint, Lasting, NodeState, Obstacle, Taint
from dlctl.nodes.inventory.node_status import Toleration

FIELD = "tolerations"
BLOCKING = frozenset({"NoSchedule", "NoExecute"})
_PREFIX = "node.kubernetes.io/"
UNSCHEDULABLE = Taint(f"{_PREFIX}unschedulable", "", "NoSchedule")
_STATES = {
    f"{_PREFIX}not-ready": "is not ready",
    f"{_PREFIX}unreachable": "is unreachable",
    f"{_PREFIX}memory-pressure": "has memory pressure",
    f"{_PREFIX}disk-pressure": "has disk pressure",
    f"{_PREFIX}pid-pressure": "has PID pressure",
    f"{_PREFIX}network-unavailable": "network is unavailable",
    f"{_PREFIX}out-of-service": "is out of service",
    "node.cloudprovider.kubernetes.io/uninitialized": "is not initialized",
    "node.cloudprovider.kubernetes.io/shutdown": "is shut down",
    "ToBeDeletedByClusterAutoscaler": "is being removed",
    "DeletionCandidateOfClusterAutoscaler": "may be removed",
}
"""Taints that a controller takes away again when the node is well."""


class Taints:
    """Which taints a pod tolerates."""

    def __init__(self, tolerations: Sequence[Toleration]) -> None:
        self._tolerations = tuple(tolerations)
        self._tolerated: dict[Taint, bool] = {}

    def tolerates(self, taint: Taint) -> bool:
        """Whether a taint keeps the pod from no node; asked once for each, since most nodes have the same."""
        found = self._tolerated.get(taint)
        if found is None:
            body = taint._asdict()
            found = self._tolerated[taint] = any(each.matches(body) for each in self._tolerations)
        return found

    def all_tolerated(self, node: NodeState) -> bool:
        """Whether no taint of the node keeps the pod away; `unschedulable` aside."""
        return all(each.effect not in BLOCKING or self.tolerates(each) for each in node.taints)

    def obstacles(self, node: NodeState) -> Iterator[Obstacle]:
        """The taints of a node that the pod does not tolerate."""
        if node.unschedulable and not self.tolerates(UNSCHEDULABLE):
            yield Obstacle(Constraint.CORDONED, "is cordoned", "", Lasting.CHANGES)
        for taint in node.taints:
            if taint.effect not in BLOCKING or self.tolerates(taint):
                continue
            if taint == UNSCHEDULABLE and node.unschedulable:
                continue
            if taint.key in _STATES:
                yield Obstacle(Constraint.NOT_READY, _STATES[taint.key], "", Lasting.CHANGES)
            elif taint.key == UNSCHEDULABLE.key:
                yield Obstacle(Constraint.CORDONED, "is cordoned", "", Lasting.CHANGES)
            else:
                yield Obstacle(Constraint.TAINT, f"has taint {written(taint)}", FIELD)


def written(taint: Taint) -> str:
    """A taint as kubectl writes it."""
    value = f"={taint.value}" if taint.value else ""
    return f"{taint.key}{value}:{taint.effect}"
