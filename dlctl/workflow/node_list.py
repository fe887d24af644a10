"""The nodes of a cluster with their devices: one paged LIST of each kind."""

from collections.abc import Callable, Sequence

from dlctl.cluster.fresh import with_fresh_kinds
from dlctl.cluster.kind_unavailable import KindUnavailable
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden, UnknownKind
from dlctl.events import Emit, Progress, no_events
from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.collect import Collection, Wanted
from dlctl.nodes.inventory.model import Inventory
from dlctl.nodes.inventory.pods import COUNTED_PODS
from dlctl.nodes.inventory.topology import topology_of

NODES = Resource("", "v1", "Node", "nodes", namespaced=False)
PODS = Resource("", "v1", "Pod", "pods", namespaced=True)
DRA_VERSIONS = tuple(f"resource.k8s.io/{version}" for version in ("v1", "v1beta2", "v1beta1"))
KUEUE = "Topology", tuple(f"kueue.x-k8s.io/{version}" for version in ("v1beta2", "v1beta1", "v1alpha1"))
VOLCANO = "HyperNode", ("topology.volcano.sh/v1alpha1",)
STEP = 500


def read_inventory(
    cluster: Cluster, wanted: Wanted, *, labels: str = "", emit: Emit = no_events
) -> Inventory:
    """What the nodes that match a label selector have, and what pods hold of it.

    Where the user may not list pods, a note says so and what is used is not known. Raises ClusterError
    where nodes cannot be listed.
    """
    found = Collection(wanted)
    if wanted.topology:
        found.place(topology_of(_served_objects(cluster, KUEUE), _served_objects(cluster, VOLCANO)))
    _read_claims(cluster, found, emit)
    _each(cluster, NODES, found.add_node, emit, labels=labels)
    try:
        _each(cluster, PODS, found.add_pod, emit, fields=COUNTED_PODS)
    except Forbidden:
        found.without_pods(
            "you do not have permission to list pods in all namespaces, so what is used and free is not known"
        )
    return found.inventory()


def _read_claims(cluster: Cluster, found: Collection, emit: Emit) -> None:
    """Devices of Dynamic Resource Allocation, where the cluster has that, and claims where it has any."""
    slices = _served(cluster, "ResourceSlice")
    if slices is None:
        return
    try:
        published = _each(cluster, slices, found.add_slice, emit)
    except Forbidden:
        found.note(
            "you do not have permission to list ResourceSlices, so devices of DRA drivers are not listed"
        )
        return
    try:
        if published:
            _each(cluster, cluster.resource(slices.api_version, "ResourceClaim"), found.add_claim, emit)
    except Forbidden:
        found.without_claims(
            "you do not have permission to list ResourceClaims, so what is used of DRA devices is not known"
        )


def _served(cluster: Cluster, kind: str, versions: Sequence[str] = DRA_VERSIONS) -> Resource | None:
    for version in versions:
        try:
            return cluster.resource(version, kind)
        except UnknownKind:
            continue
    return None


def _served_objects(cluster: Cluster, kind: tuple[str, Sequence[str]]) -> Sequence[JsonObject]:
    """The objects of a kind; none where it is not served or may not be listed."""

    def read() -> Sequence[JsonObject]:
        resource = _served(cluster, *kind)
        return list(cluster.list(resource)) if resource else ()

    try:
        return with_fresh_kinds(read)
    except (Forbidden, KindUnavailable, UnknownKind):
        return ()


def _each(
    cluster: Cluster,
    resource: Resource,
    add: Callable[[JsonObject], None],
    emit: Emit,
    *,
    labels: str = "",
    fields: str = "",
) -> int:
    number = 0
    for number, body in enumerate(cluster.list(resource, labels=labels, fields=fields), 1):
        add(body)
        if number % STEP == 0:
            emit(Progress(f"{resource.plural} read", number))
    return number
