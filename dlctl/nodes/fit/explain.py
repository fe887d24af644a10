"""Why pods do not fit: the nodes by what keeps a pod away, who holds what is lacking, and what is left."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from dlctl.nodes.fit.asks import asked_resources
from dlctl.nodes.fit.devices.model import Choice
from dlctl.nodes.fit.filters.all_filters import Filters
from dlctl.nodes.fit.model import ClusterState, Constraint, Lasting, NodeState, Obstacle, Pod, PodState
from dlctl.nodes.fit.report import Holder, Left, Reason
from dlctl.nodes.fit.usage import Usage
from dlctl.nodes.inventory.amounts import THOUSANDTHS


class Explained(Struct, frozen=True):
    """The nodes of a cluster for one pod: `suitable` would do if they were empty, `open` do now."""

    reasons: tuple[Reason, ...]
    holders: tuple[Holder, ...]
    suitable: tuple[NodeState, ...]
    open: tuple[NodeState, ...]


def explain(pod: Pod, usage: Usage, state: ClusterState) -> Explained:
    """Each node with what keeps the pod from it: what lasts before what changes before what is held."""
    filters = Filters(pod, usage, state)
    counts: dict[Obstacle, int] = {}
    suitable: list[NodeState] = []
    open_nodes: list[NodeState] = []
    held: list[tuple[NodeState, list[Obstacle]]] = []
    for node in usage.nodes:
        found = _worst(list(filters.every(node)))
        for each in dict.fromkeys(found):
            counts[each] = counts.get(each, 0) + 1
        if not found or found[0].lasting is not Lasting.ALWAYS:
            suitable.append(node)
        if not found:
            open_nodes.append(node)
        elif found[0].lasting is Lasting.HELD:
            held.append((node, found))
    reasons = tuple(_reason(pod, each, number) for each, number in _in_order(counts))
    return Explained(reasons, tuple(_holders(held, usage)), tuple(suitable), tuple(open_nodes))


def _worst(obstacles: list[Obstacle]) -> list[Obstacle]:
    """The obstacles that last longest: the others do not matter for the node."""
    for lasting in (Lasting.ALWAYS, Lasting.CHANGES, Lasting.HELD):
        if found := [each for each in obstacles if each.lasting is lasting]:
            return found
    return []


def _in_order(counts: Mapping[Obstacle, int]) -> list[tuple[Obstacle, int]]:
    """What other pods hold first, then what may change, then the rest; the most nodes first."""
    order = (Lasting.HELD, Lasting.CHANGES, Lasting.ALWAYS)
    return sorted(counts.items(), key=lambda each: (order.index(each[0].lasting), -each[1], each[0].message))


def _reason(pod: Pod, obstacle: Obstacle, nodes: int) -> Reason:
    field = obstacle.field
    if obstacle.constraint is Constraint.RESOURCE:
        field = resource_field(pod.spec, obstacle.resource)
    elif obstacle.constraint is Constraint.PODS:
        field = ""
    place = f"{pod.request.path}.{field}" if field else ""
    return Reason(obstacle.constraint, obstacle.message, place, nodes, obstacle.lasting, obstacle.resource)


def resource_field(spec: Mapping[str, object], resource: str) -> str:
    """Where a pod's spec asks for a resource: the first container that does."""
    for key in ("containers", "initContainers"):
        containers = spec.get(key)
        for index, container in enumerate(containers if isinstance(containers, list) else ()):
            resources = container.get("resources") or {}
            for part in ("limits", "requests"):
                if resource in (resources.get(part) or {}):
                    name = f"[{resource}]" if "." in resource or "/" in resource else f".{resource}"
                    return f"{key}[{index}].resources.{part}{name}"
    return "overhead" if spec.get("overhead") else "resources"


def _holders(held: Iterable[tuple[NodeState, list[Obstacle]]], usage: Usage) -> Iterator[Holder]:
    """Who has what is lacking on nodes that would do, the largest holder first."""
    totals: dict[tuple[str, str], int] = {}
    nodes: dict[tuple[str, str], set[str]] = {}
    for node, obstacles in held:
        lacking = {each.resource for each in obstacles if each.constraint is Constraint.RESOURCE}
        claimed = any(each.constraint is Constraint.CLAIM for each in obstacles)
        for pod in usage.on(node).pods:
            amounts = {resource: pod.requests[resource] for resource in lacking & pod.requests.keys()}
            amounts |= _drivers(pod) if claimed else {}
            for resource, value in amounts.items():
                key = pod.holder, resource
                totals[key] = totals.get(key, 0) + value
                nodes.setdefault(key, set()).add(node.name)
    for key, total in sorted(totals.items(), key=lambda each: (-each[1], each[0])):
        yield Holder(*key, total, len(nodes[key]))


def _drivers(pod: PodState) -> dict[str, int]:
    """How many devices of each driver the claims of a pod have."""
    counts = Counter(driver for driver, _, _ in pod.devices)
    return {driver: count * THOUSANDTHS for driver, count in counts.items()}


def left_of(pod: Pod, nodes: Iterable[NodeState], usage: Usage) -> Iterator[Left]:
    """What stays free of what the pod is about, on the nodes that it may use."""
    listed = list(nodes)
    for name in asked_resources(pod):
        idle = [usage.idle(node, name) for node in listed]
        yield Left(name, sum(idle), max(idle, default=0))
    for choice in _choices(pod):
        free = [_free(choice, node, usage) * THOUSANDTHS for node in listed]
        yield Left(choice.device_class, sum(free), max(free, default=0))


def _choices(pod: Pod) -> Iterator[Choice]:
    """What the pod's claims ask for first, once for each class."""
    found = {
        request.choices[0].device_class: request.choices[0]
        for claim in pod.claimed.claims
        for request in claim.requests
    }
    yield from found.values()


def _free(choice: Choice, node: NodeState, usage: Usage) -> int:
    taken = usage.on(node).devices
    return sum(device.id not in taken for device in choice.matching.get(node.name, ()))
