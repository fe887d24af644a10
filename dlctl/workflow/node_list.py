"""The nodes of a cluster with their devices: one paged LIST of each kind."""

from collections.abc import Callable

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden
from dlctl.events import Emit, Progress, no_events
from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.collect import Collection, Wanted
from dlctl.nodes.inventory.model import Inventory
from dlctl.nodes.inventory.pods import COUNTED_PODS

NODES = Resource("", "v1", "Node", "nodes", namespaced=False)
PODS = Resource("", "v1", "Pod", "pods", namespaced=True)
STEP = 500


def read_inventory(
    cluster: Cluster, wanted: Wanted, *, labels: str = "", emit: Emit = no_events
) -> Inventory:
    """What the nodes that match a label selector have, and what pods hold of it.

    Where the user may not list pods, a note says so and what is used is not known. Raises ClusterError
    where nodes cannot be listed.
    """
    found = Collection(wanted)
    _each(cluster, NODES, found.add_node, emit, labels=labels)
    try:
        _each(cluster, PODS, found.add_pod, emit, fields=COUNTED_PODS)
    except Forbidden:
        found.without_pods("you may not list pods in all namespaces, so what is used and free is not known")
    return found.inventory()


def _each(
    cluster: Cluster,
    resource: Resource,
    add: Callable[[JsonObject], None],
    emit: Emit,
    *,
    labels: str = "",
    fields: str = "",
) -> None:
    for number, body in enumerate(cluster.list(resource, labels=labels, fields=fields), 1):
        add(body)
        if number % STEP == 0:
            emit(Progress(f"{resource.plural} read", number))
