"""Resources and the number of pods: plugins/noderesources/fit.go of kube-scheduler."""

from collections.abc import Iterator

from dlctl.nodes.fit.model import Constraint, Lasting, NodeState, Obstacle, Pod
from dlctl.nodes.fit.pod_requests import is_counted
from dlctl.nodes.fit.usage import Usage
from dlctl.nodes.inventory.amounts import THOUSANDTHS

PODS = "pods"
FIELD = "containers"


class Resources:
    """Whether nodes have what a pod requests."""

    def __init__(self, pod: Pod, usage: Usage) -> None:
        self._asked = {name: value for name, value in pod.requests.items() if is_counted(name)}
        self._usage = usage

    def obstacles(self, node: NodeState) -> Iterator[Obstacle]:
        """What a node lacks: HELD where it would be enough without other pods."""
        use = self._usage.on(node)
        allowed = node.allocatable.get(PODS, 0) // THOUSANDTHS
        if len(use.pods) + 1 > allowed:
            lasting = Lasting.HELD if allowed else Lasting.ALWAYS
            yield Obstacle(Constraint.PODS, f"has reached its limit of {allowed} pods", FIELD, lasting, PODS)
        for name, asked in self._asked.items():
            offered = node.allocatable.get(name, 0)
            if asked <= offered - use.requested.get(name, 0):
                continue
            if asked <= offered:
                yield Obstacle(Constraint.RESOURCE, f"{name} is held", FIELD, Lasting.HELD, name)
            else:
                text = f"has less than {amount(name, asked)}" if offered else f"has no {name}"
                yield Obstacle(Constraint.RESOURCE, text, FIELD, Lasting.ALWAYS, name)

    def room(self, node: NodeState) -> int:
        """For how many pods a node has enough, 0 or more; other filters may take fewer."""
        use = self._usage.on(node)
        pods = node.allocatable.get(PODS, 0) // THOUSANDTHS - len(use.pods)
        offered = node.allocatable
        rooms = (
            (offered.get(name, 0) - use.requested.get(name, 0)) // asked
            for name, asked in self._asked.items()
            if asked
        )
        return max(0, min(pods, *rooms))


def amount(name: str, thousandths: int) -> str:
    """An amount with its resource: `8 nvidia.com/gpu`, `500m cpu`, `16Gi memory`."""
    return f"{written(name, thousandths)} {name}"


def written(name: str, thousandths: int) -> str:
    """An amount as people write it."""
    if name == "cpu":
        return f"{thousandths}m" if thousandths % THOUSANDTHS else str(thousandths // THOUSANDTHS)
    units = -(-thousandths // THOUSANDTHS)
    if "/" in name:
        return str(units)
    for unit, size in (("Ti", 2**40), ("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10)):
        if units >= size:
            return f"{units / size:.1f}".removesuffix(".0") + unit
    return str(units)
