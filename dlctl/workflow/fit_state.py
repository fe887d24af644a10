"""Read what placing pods depends on: one LIST of nodes, one of pods, others where they count."""

from collections.abc import Sequence
from dataclasses import dataclass

from dlctl.cluster.protocol import Cluster
from dlctl.errors import Forbidden
from dlctl.manifest import JsonObject
from dlctl.nodes.fit.model import ClusterState, PodRequest
from dlctl.nodes.fit.read_cluster import read_state
from dlctl.nodes.inventory.pods import COUNTED_PODS
from dlctl.workflow.node_list import NODES, PODS


@dataclass(frozen=True, slots=True)
class StateRead:
    """A cluster's state, and a note for each thing that could not be read."""

    state: ClusterState
    notes: tuple[str, ...] = ()


def read_fit_state(cluster: Cluster, requests: Sequence[PodRequest]) -> StateRead:
    """The state that decides about these pods. Raises ClusterError where nodes cannot be listed."""
    notes: list[str] = []
    nodes = list(cluster.list(NODES))
    pods: list[JsonObject] | None = None
    try:
        pods = list(cluster.list(PODS, fields=COUNTED_PODS))
    except Forbidden:
        notes.append("you may not list pods in all namespaces, so what is free is not known")
    return StateRead(read_state(nodes, pods), tuple(notes))
