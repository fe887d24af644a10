"""A snapshot of a cluster, with read permissions only; what may not be listed is named, and never empty."""

from collections.abc import Collection

from msgspec import Struct

from dlctl.app.cluster_snapshot import SECTIONS, ClusterSnapshot, ListedObject
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden
from dlctl.events import Emit, Progress, no_events
from dlctl.manifest import GroupKind
from dlctl.nodes.inventory.order import natural_key
from dlctl.workflow.snapshot.details import listed_object
from dlctl.workflow.snapshot.kinds import preferred, served_kinds
from dlctl.workflow.snapshot.nodes import read_nodes


class SnapshotOptions(Struct, frozen=True):
    """The namespace whose queues and runtimes are listed, and what is kept of nodes."""

    namespace: str
    node_names: bool = False
    node_labels: Collection[str] = ()


def read_snapshot(cluster: Cluster, options: SnapshotOptions, emit: Emit = no_events) -> ClusterSnapshot:
    """Read a cluster. Raises ClusterError for all but a lack of permissions to list something."""
    emit(Progress("reading kinds"))
    version, resources = cluster.version(), cluster.resources()
    served, unread = preferred(resources), list[str]()
    emit(Progress("reading nodes"))
    nodes = read_nodes(cluster, served, unread.append, options.node_labels, names=options.node_names)
    emit(Progress("reading classes and queues"))
    objects: dict[GroupKind, tuple[ListedObject, ...]] = {}
    for kind in (kind for kinds in SECTIONS.values() for kind in kinds if kind in served):
        try:
            objects[kind] = _listed(cluster, kind, served[kind], options.namespace)
        except Forbidden:
            unread.append(str(kind))
    return ClusterSnapshot(version, served_kinds(resources), nodes, objects, tuple(sorted(unread)))


def _listed(
    cluster: Cluster, kind: GroupKind, resource: Resource, namespace: str
) -> tuple[ListedObject, ...]:
    found = (
        listed_object(kind, body) for body in cluster.list(resource, namespace if resource.namespaced else "")
    )
    return tuple(sorted((each for each in found if each), key=lambda each: natural_key(each.name)))
