"""Ports of the host: plugins/nodeports of kube-scheduler, and HostPortInfo.CheckConflict."""

from collections.abc import Iterator

from dlctl.nodes.fit.model import Constraint, HostPort, Lasting, NodeState, Obstacle, Pod
from dlctl.nodes.fit.usage import Usage

EVERY_ADDRESS = "0.0.0.0"
FIELD = "containers[].ports[].hostPort"


class Ports:
    """Whether the ports that a pod wants of its node are free."""

    def __init__(self, pod: Pod, usage: Usage) -> None:
        self._wanted = pod.ports
        self._usage = usage

    def obstacles(self, node: NodeState) -> Iterator[Obstacle]:
        """The ports that pods of the node have already."""
        if not self._wanted:
            return
        taken = [port for pod in self._usage.on(node).pods for port in pod.ports]
        for wanted in self._wanted:
            if any(conflicts(wanted, each) for each in taken):
                protocol, _, number = wanted
                message = f"port {number}/{protocol} is taken"
                yield Obstacle(Constraint.PORT, message, FIELD, Lasting.HELD)


def conflicts(one: HostPort, other: HostPort) -> bool:
    """Whether two pods cannot have these ports on one node."""
    if (one[0], one[2]) != (other[0], other[2]):
        return False
    return one[1] == other[1] or EVERY_ADDRESS in (one[1], other[1])
