"""The objects that a saved plan deletes and that the cluster does not have any more."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import NotFound
from dlctl.manifest import GroupKind
from dlctl.plan.live.parent import resources_of
from dlctl.plan.saved.model import SavedObject, SavedRef
from dlctl.redact import MASK


def gone_objects(cluster: Cluster, planned: Sequence[SavedObject]) -> frozenset[SavedRef]:
    """Which of these objects do not exist any more, by their UIDs: one request for each kind and namespace.

    An object counts as existing whose kind or namespace is masked, or whose API does not answer. Raises
    ClusterError.
    """
    return frozenset(_gone(cluster, [each for each in planned if not _is_masked(each.object)]))


def _is_masked(saved: SavedRef) -> bool:
    return any(MASK in part for part in (saved.group, saved.kind, saved.namespace))


def _gone(cluster: Cluster, planned: Iterable[SavedObject]) -> Iterator[SavedRef]:
    ordered = sorted(planned, key=_place)
    served, failing = resources_of(cluster, {each.object.ref.group_kind for each in ordered})
    resources = {each.group_kind: each for each in served}
    for (kind, namespace), objects in groupby(ordered, key=_place):
        if kind not in failing:
            found = _uids(cluster, resources.get(kind), namespace)
            yield from (each.object for each in objects if each.uid and each.uid not in found)


def _place(planned: SavedObject) -> tuple[GroupKind, str]:
    return planned.object.ref.group_kind, planned.object.namespace


def _uids(cluster: Cluster, resource: Resource | None, namespace: str) -> frozenset[str]:
    """The UIDs of the objects of a kind; none where the cluster does not serve it."""
    if resource is None:
        return frozenset()
    try:
        objects = cluster.list(resource, namespace, metadata_only=True)
        return frozenset(str(each["metadata"].get("uid")) for each in objects)
    except NotFound:  # the kind was removed after it was looked up
        return frozenset()
