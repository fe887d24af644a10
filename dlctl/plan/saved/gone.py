"""The objects that a saved plan deletes and that the cluster does not have any more."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import NotFound
from dlctl.plan.saved.model import SavedObject, SavedRef
from dlctl.redact import MASK


def gone_objects(cluster: Cluster, planned: Sequence[SavedObject]) -> frozenset[SavedRef]:
    """Which of these objects do not exist any more, by their UIDs: one request for each kind and namespace.

    An object whose kind or namespace is masked counts as existing. Raises ClusterError.
    """
    return frozenset(_gone(cluster, planned))


def _gone(cluster: Cluster, planned: Iterable[SavedObject]) -> Iterator[SavedRef]:
    for (group, kind, namespace), objects in groupby(sorted(planned, key=_place), key=_place):
        if any(MASK in part for part in (group, kind, namespace)):
            continue
        resource = _resource(cluster, group, kind)
        found = frozenset() if resource is None else _uids(cluster, resource, namespace)
        yield from (each.object for each in objects if each.uid and each.uid not in found)


def _place(planned: SavedObject) -> tuple[str, str, str]:
    return planned.object.group, planned.object.kind, planned.object.namespace


def _resource(cluster: Cluster, group: str, kind: str) -> Resource | None:
    """The resource of a kind in any version; None if the cluster does not serve it."""
    found = (each for each in cluster.resources() if (each.group, each.kind) == (group, kind))
    return next(found, None)


def _uids(cluster: Cluster, resource: Resource, namespace: str) -> frozenset[str]:
    try:
        objects = cluster.list(resource, namespace, metadata_only=True)
        return frozenset(str(each["metadata"].get("uid")) for each in objects)
    except NotFound:  # the kind was removed after it was looked up
        return frozenset()
