"""The nodes of a cluster by group: one paged LIST of nodes, and one of ResourceSlices where there are any."""

from collections.abc import Callable, Collection

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden
from dlctl.manifest import GroupKind
from dlctl.nodes.inventory.claims import DeviceClaims
from dlctl.nodes.inventory.groups import NodeGroup, NodeGroups
from dlctl.nodes.inventory.names import is_device
from dlctl.workflow.node_list import NODES
from dlctl.workflow.snapshot.kinds import Served

SLICES = GroupKind("resource.k8s.io", "ResourceSlice")

Refused = Callable[[str], None]
"""Called with what may not be listed."""


def read_nodes(
    cluster: Cluster, served: Served, refused: Refused, labels: Collection[str] = (), *, names: bool = False
) -> tuple[NodeGroup, ...] | None:
    """The groups of nodes; None where nodes may not be listed. Raises ClusterError.

    Labels of `labels` tell groups apart beside those that always do.
    """
    devices = DeviceClaims(is_device)
    _read_slices(cluster, served.get(SLICES), devices, refused)
    groups = NodeGroups(devices.by_node(claims_known=False), labels)
    try:
        for node in cluster.list(NODES):
            groups.add(node)
    except Forbidden:
        refused("nodes")
        return None
    return groups.groups(names=names)


def _read_slices(cluster: Cluster, slices: Resource | None, devices: DeviceClaims, refused: Refused) -> None:
    if slices is None:
        return
    try:
        for body in cluster.list(slices):
            devices.add_slice(body)
    except Forbidden:
        refused(str(SLICES))
