"""What preemption could free: the places of pods with a lower priority (plugins/defaultpreemption)."""

from collections.abc import Iterable, Sequence

from dlctl.nodes.fit.model import ClusterState, PodState
from dlctl.nodes.fit.place import Wanted, place
from dlctl.nodes.fit.usage import Usage
from dlctl.text import enumerated

SHOWN = 4


def preemption(
    wanted: Wanted, needed: int, state: ClusterState, pods: Sequence[PodState], below: int | None
) -> str:
    """A sentence where `needed` pods would fit if those of a lower priority went; empty where not.

    `below` is a priority to count with instead of the pods' own.
    """
    limit = wanted.pod.priority if below is None else below
    lower = [pod for pod in pods if pod.priority < limit]
    if not lower or not (wanted.pod.preempts or below is not None):
        return ""
    usage = Usage(state.nodes, [pod for pod in pods if pod.priority >= limit], state.devices.kept)
    found = place(wanted, usage, state)
    if len(found.nodes) < needed:
        return ""
    nodes = {node.name for node in found.nodes}
    return f"pods of a priority below {limit} could make room: {_owners(lower, nodes)}"


def _owners(pods: Iterable[PodState], nodes: set[str]) -> str:
    found = dict.fromkeys(f"{pod.holder} (priority {pod.priority})" for pod in pods if pod.node in nodes)
    return enumerated(found, limit=SHOWN)
