"""Devices of claims: plugins/dynamicresources of kube-scheduler."""

from collections.abc import Iterator

from dlctl.nodes.fit.devices.allocate import NOTHING, allocate
from dlctl.nodes.fit.devices.model import Claimed
from dlctl.nodes.fit.model import Constraint, Lasting, NodeState, Obstacle, Pod
from dlctl.nodes.fit.usage import Usage

FIELD = "resourceClaims"


class Devices:
    """Whether nodes have the devices that a pod claims; for pods that claim any."""

    def __init__(self, pod: Pod, usage: Usage) -> None:
        self._claimed = pod.claimed
        self._usage = usage

    def obstacles(self, node: NodeState) -> Iterator[Obstacle]:
        """What a node lacks: HELD where it would be enough if no claim had any of its devices."""
        claimed = self._claimed
        if claimed.nodes is not None and node.name not in claimed.nodes:
            yield Obstacle(Constraint.CLAIM, "the devices of the claim are not on it", FIELD)
        elif allocate(claimed, node.name, self._usage.on(node).devices) is None:
            if allocate(claimed, node.name, NOTHING) is None:
                yield Obstacle(Constraint.CLAIM, _lacking(claimed, node), FIELD)
            else:
                driver = _driver(claimed, node)
                text = f"devices of {driver} are held"
                yield Obstacle(Constraint.CLAIM, text, FIELD, Lasting.HELD, driver)


def _driver(claimed: Claimed, node: NodeState) -> str:
    """The driver of a device of the node that matches."""
    requests = (request for claim in claimed.claims for request in claim.requests)
    matching = (choice.matching.get(node.name, ()) for request in requests for choice in request.choices)
    return next(device.driver for devices in matching for device in devices)


def _lacking(claimed: Claimed, node: NodeState) -> str:
    """Why not even all devices of a node are enough."""
    requests = [request for claim in claimed.claims for request in claim.requests]
    most = [
        max(len(choice.matching.get(node.name, ())) for choice in request.choices) for request in requests
    ]
    if not any(most):
        return f"has no device that matches: {claimed.title} claimed"
    counts = ", ".join(map(str, most))
    return f"has too few devices that match together ({counts}): {claimed.title} claimed"
