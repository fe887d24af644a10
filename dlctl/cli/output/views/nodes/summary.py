"""What is said below a list of nodes: devices added up, what waits for them, what is wrong."""

from collections.abc import Iterator, Sequence

from dlctl.nodes.inventory.model import Demand, Inventory, Node
from dlctl.nodes.inventory.totals import Total, totals
from dlctl.text import counted, listed

_SHOWN = 5
_GPUS = frozenset({"nvidia.com/gpu", "amd.com/gpu", "gpu.intel.com/i915", "gpu.intel.com/xe"})


def summary(inventory: Inventory) -> Iterator[str]:
    """One line for each kind of device, one each for what is pending and gated."""
    yield from map(total_line, totals(inventory.nodes))
    for word, demand in (("pending", inventory.pending), ("gated", inventory.gated)):
        if demand and demand.counts:
            yield f"{word}: {_wanted(demand)} in {counted(demand.owners, 'job')}"


def total_line(total: Total) -> str:
    """`H100-80G: 21 free of 64 (3 nodes with 8 free, largest block 8), 2 bad, 8 unusable`."""
    if total.free is None:
        parts = [f"{total.kind.title}: ? free of {total.total}"]
    else:
        nodes = counted(total.whole_nodes or 0, "node")
        block = f"{nodes} with {total.node_size} free, largest block {total.largest}"
        parts = [f"{total.kind.title}: {total.free} free of {total.total} ({block})"]
    if total.bad:
        parts.append(f"{total.bad} bad")
    if total.unusable:
        parts.append(f"{total.unusable} unusable")
    return ", ".join(parts)


def findings(nodes: Sequence[Node]) -> Iterator[str]:
    """One line for each kind of finding, with the nodes that have it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for node in nodes:
        for each in node.findings:
            found.setdefault(each.code, []).append((node.name, each.message))
    for code, places in found.items():
        names = list(dict.fromkeys(name for name, _ in places))
        messages = {message for _, message in places}
        why = f" ({messages.pop()})" if len(messages) == 1 else ""
        yield f"{code}: {listed(names, limit=_SHOWN)}{why}"


def _wanted(demand: Demand) -> str:
    if len(demand.counts) == 1 and demand.counts[0][0] in _GPUS:
        return counted(demand.counts[0][1], "GPU")
    return ", ".join(f"{count} {name}" for name, count in demand.counts)
