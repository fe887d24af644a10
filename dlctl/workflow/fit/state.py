"""Read what placing pods depends on: one LIST of nodes, one of pods, others only where pods need them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from dlctl.cluster.fresh import with_fresh_kinds
from dlctl.cluster.kind_unavailable import KindUnavailable
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden, UnknownKind
from dlctl.manifest import JsonObject, Manifest
from dlctl.nodes.fit.devices.read_slices import device_state
from dlctl.nodes.fit.model import Admission, ClusterState, PodRequest, PodState, Queues, Storage
from dlctl.nodes.fit.read_cluster import read_node, read_pod
from dlctl.nodes.inventory.dra_objects import DeviceId
from dlctl.nodes.inventory.pods import COUNTED_PODS
from dlctl.workflow.fit import needs
from dlctl.workflow.fit.needs import Listing
from dlctl.workflow.node_list import NODES, PODS

PLANNED = "planned"
"""A key of objects that are not applied yet: a claim among them will be bound."""


class StateRead(Struct, frozen=True):
    """A cluster's state, and a note for each thing that could not be read."""

    state: ClusterState
    notes: tuple[str, ...] = ()


def read_fit_state(
    cluster: Cluster, requests: Sequence[PodRequest], manifests: Iterable[Manifest] = ()
) -> StateRead:
    """The state that decides about these pods, with the objects of `manifests` that are not there yet.

    Raises ClusterError where nodes cannot be listed.
    """
    reader = _Reader(cluster, tuple(manifests))
    state = ClusterState(tuple(map(read_node, cluster.list(NODES))), reader.pods())
    listed = {listing: reader.read(listing, requests) for listing in needs.LISTINGS}
    if needs.names_namespaces(requests, state.pods or ()):
        namespaces = reader.read(needs.NAMESPACES, requests, wanted=True)
        labels = {str(each["metadata"]["name"]): each["metadata"].get("labels") or {} for each in namespaces}
        state = replace(state, namespaces=labels)
    devices, held = device_state(
        listed[needs.SLICES],
        listed[needs.RESOURCE_CLAIMS],
        listed[needs.DEVICE_TEMPLATES],
        listed[needs.DEVICE_CLASSES],
        frozenset((pod.namespace, pod.name) for pod in state.pods or ()),
    )
    state = replace(
        state,
        pods=_with_devices(state.pods, held),
        devices=devices,
        admission=Admission(
            listed[needs.LIMIT_RANGES],
            listed[needs.QUOTAS],
            listed[needs.PRIORITY_CLASSES],
            listed[needs.RUNTIME_CLASSES],
        ),
        storage=Storage(listed[needs.CLAIMS], listed[needs.VOLUMES], listed[needs.STORAGE_CLASSES]),
        queues=Queues(
            listed[needs.LOCAL_QUEUES],
            listed[needs.CLUSTER_QUEUES],
            listed[needs.VOLCANO_QUEUES],
            listed[needs.FLAVORS],
        ),
        unread=frozenset(reader.unread),
    )
    return StateRead(state, tuple(reader.notes))


def _with_devices(
    pods: tuple[PodState, ...] | None, held: Mapping[tuple[str, str], frozenset[DeviceId]]
) -> tuple[PodState, ...] | None:
    """The pods, each with the devices that its claims have."""
    if not held or pods is None:
        return pods
    return tuple(
        replace(pod, devices=held[pod.namespace, pod.name]) if (pod.namespace, pod.name) in held else pod
        for pod in pods
    )


class _Reader(Struct):
    """Lists kinds of one cluster; what it may not list it notes."""

    cluster: Cluster
    manifests: Sequence[Manifest]
    notes: list[str] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def pods(self) -> tuple[PodState, ...] | None:
        """The pods that count, of which only that is kept; None where they may not be listed."""
        try:
            found = map(read_pod, self.cluster.list(PODS, fields=COUNTED_PODS))
            return tuple(each for each in found if each is not None)
        except Forbidden:
            self.notes.append(
                "you do not have permission to list pods in all namespaces, so what is free is not known"
            )
            return None

    def read(
        self, listing: Listing, requests: Sequence[PodRequest], *, wanted: bool = False
    ) -> tuple[JsonObject, ...]:
        """The objects of a kind, and those that would be applied; none where no pod needs them."""
        asking = [request for request in requests if listing.needed_by(request)]
        if not asking and not wanted:
            return ()
        try:
            live = with_fresh_kinds(lambda: list(self._live(self._resource(listing), asking, listing)))
        except Forbidden:
            return self._unread(listing, "you do not have permission to list them")
        except UnknownKind:
            return self._unread(listing, "the cluster does not serve them")
        except KindUnavailable as error:
            return self._unread(listing, error.message)
        return (*live, *self._planned(listing, live))

    def _resource(self, listing: Listing) -> Resource:
        for version in listing.versions[:-1]:
            try:
                return self.cluster.resource(version, listing.kind)
            except UnknownKind:
                continue
        return self.cluster.resource(listing.versions[-1], listing.kind)

    def _live(
        self, resource: Resource, asking: Iterable[PodRequest], listing: Listing
    ) -> Iterator[JsonObject]:
        if not resource.namespaced or listing.everywhere:
            yield from self.cluster.list(resource)
            return
        for namespace in dict.fromkeys(request.namespace for request in asking):
            yield from self.cluster.list(resource, namespace)

    def _unread(self, listing: Listing, why: str) -> tuple[JsonObject, ...]:
        self.unread.add(listing.plural)
        self.notes.append(f"{listing.title} are not checked: {why}")
        return ()

    def _planned(self, listing: Listing, live: Iterable[JsonObject]) -> Iterator[JsonObject]:
        """The objects of this kind that would be applied and are not there."""
        known = {(each["metadata"].get("namespace") or "", each["metadata"]["name"]) for each in live}
        for manifest in self.manifests:
            ref, group = manifest.ref, listing.versions[0].rpartition("/")[0]
            if (ref.group, ref.kind) == (group, listing.kind) and (ref.namespace, ref.name) not in known:
                metadata = {**manifest.body["metadata"], "namespace": ref.namespace or None}
                yield {**manifest.body, "metadata": metadata, PLANNED: True}
