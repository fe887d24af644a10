"""Place pods on nodes one after the other: a plain greedy order, by arithmetic, not the scheduler.

It fills nodes that have least left first, so that whole nodes stay free for pods that need them.
"""

from collections import deque
from collections.abc import Iterable, Sequence

from msgspec import Struct

from dlctl.nodes.fit.filters.all_filters import Filters
from dlctl.nodes.fit.model import ClusterState, NodeState, Pod
from dlctl.nodes.fit.usage import Usage
from dlctl.nodes.inventory.amounts import THOUSANDTHS
from dlctl.nodes.inventory.names import is_device
from dlctl.nodes.inventory.order import natural_key


class Wanted(Struct, frozen=True):
    """So many pods of one kind; one for each node that they may run on where `count` is None."""

    pod: Pod
    count: int | None


class Placing(Struct, frozen=True):
    """Where pods were placed, in order, and how many were wanted."""

    nodes: tuple[NodeState, ...]
    wanted: int

    @property
    def complete(self) -> bool:
        """Whether every pod has a node."""
        return len(self.nodes) >= self.wanted


def main_resource(pod: Pod) -> str:
    """What makes a place scarce for a pod: the devices it asks for, else cpu."""
    devices = sorted(filter(is_device, pod.requests), key=lambda name: -pod.requests[name])
    others = [name for name in pod.requests if "/" in name]
    return (*devices, *others, "cpu")[0]


def size(pod: Pod) -> tuple[int, int, int]:
    """How large a pod is: devices, then cpu, then memory."""
    devices = sum(value for name, value in pod.requests.items() if "/" in name)
    devices += pod.claimed.count * THOUSANDTHS
    return devices, pod.requests.get("cpu", 0), pod.requests.get("memory", 0)


def largest_first(wanted: Iterable[Wanted]) -> list[Wanted]:
    """The order in which kinds of pods are placed."""
    return sorted(wanted, key=lambda each: size(each.pod), reverse=True)


def place(wanted: Wanted, usage: Usage, state: ClusterState, *, lenient: bool = False) -> Placing:
    """Place pods of one kind; `usage` has them afterwards."""
    if wanted.count is None:
        return _on_each(wanted.pod, usage, state, lenient=lenient)
    filters = Filters(wanted.pod, usage, state, lenient=lenient)
    nodes = [node for node in _in_order(wanted.pod, usage) if not any(filters.always(node))]
    found = _placed(wanted.pod, wanted.count, filters, usage, nodes)
    if len(found) < wanted.count and filters.affinity.own:
        found = _in_best_domain(wanted.pod, wanted.count, filters, usage, nodes, found)
    for node in found:
        usage.place(wanted.pod, node)
    return Placing(tuple(found), wanted.count)


def _placed(
    pod: Pod, count: int, filters: Filters, usage: Usage, nodes: Iterable[NodeState]
) -> list[NodeState]:
    """The nodes of up to `count` pods. What they take is counted, and given back at the end."""
    open_nodes = deque(node for node in nodes if not any(filters.here(node)))
    found: list[NodeState] = []
    while len(found) < count and (node := _next(open_nodes, filters)):
        found.append(node)
        usage.place(pod, node)
        filters.placed(node)
        if any(filters.here(node)):
            open_nodes.remove(node)
    for node in found:
        usage.remove_last(node)
    filters.forget()
    return found


def _next(open_nodes: deque[NodeState], filters: Filters) -> NodeState | None:
    """The next node that takes a pod, of those on which there is room."""
    if filters.independent:
        while open_nodes and any(filters.among(open_nodes[0])):
            open_nodes.popleft()
        return open_nodes[0] if open_nodes else None
    if not filters.spread.constraints:
        return next((node for node in open_nodes if not any(filters.among(node))), None)
    return _least_crowded(open_nodes, filters)


def _least_crowded(open_nodes: Iterable[NodeState], filters: Filters) -> NodeState | None:
    """The node that takes a pod and whose domains have fewest; the first of those."""
    best, fewest, lowest = None, -1, filters.spread.lowest
    for node in open_nodes:
        crowd = filters.spread.crowd(node)
        if (best is None or crowd < fewest) and not any(filters.among(node)):
            best, fewest = node, crowd
            if fewest <= lowest:
                break
    return best


def _in_order(pod: Pod, usage: Usage) -> list[NodeState]:
    """Nodes with least of what is scarce first; equal ones as they are, which is by name."""
    if pod.claimed:
        return sorted(usage.nodes, key=lambda node: -len(usage.on(node).devices))
    resource = main_resource(pod)
    return sorted(usage.nodes, key=lambda node: usage.idle(node, resource))


def _in_best_domain(
    pod: Pod,
    count: int,
    filters: Filters,
    usage: Usage,
    nodes: Iterable[NodeState],
    found: list[NodeState],
) -> list[NodeState]:
    """Pods that want to be together: they are in one domain, so each is tried and the best one kept.

    A domain whose nodes have room for no more pods than were placed already cannot be better.
    """
    domains: dict[tuple[str | None, ...], list[NodeState]] = {}
    for node in nodes:
        domain = tuple(node.labels.get(term.topology_key) for term in pod.affinity)
        domains.setdefault(domain, []).append(node)
    for inside in domains.values():
        if sum(map(filters.room, inside)) <= len(found):
            continue
        tried = _placed(pod, count, filters, usage, inside)
        if len(tried) > len(found):
            found = tried
    return found


def _on_each(pod: Pod, usage: Usage, state: ClusterState, *, lenient: bool) -> Placing:
    """A DaemonSet's pods: one on each node that is not excluded by name, labels or taints."""
    filters = Filters(pod, usage, state, lenient=lenient)
    eligible = [node for node in usage.nodes if not any(filters.always(node))]
    found: list[NodeState] = []
    for node in eligible:
        if not any(filters.now(node)):
            found.append(node)
            usage.place(pod, node)
            filters.placed(node)
    return Placing(tuple(found), len(eligible))


def counted(nodes: Sequence[NodeState]) -> tuple[tuple[str, int], ...]:
    """How many pods each node got, in natural order."""
    counts: dict[str, int] = {}
    for node in nodes:
        counts[node.name] = counts.get(node.name, 0) + 1
    return tuple(sorted(counts.items(), key=lambda each: natural_key(each[0])))
