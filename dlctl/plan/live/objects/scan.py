"""Find all objects with a target's labels on a cluster, of all kinds, with metadata only."""

from collections.abc import Iterable

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Unauthorized, Unreachable
from dlctl.plan.live.objects.deletable import deletable
from dlctl.plan.live.objects.model import Found, LiveObject
from dlctl.plan.live.objects.read import list_by_label
from dlctl.plan.live.ownership import selected, was_applied_by_us
from dlctl.plan.model import Scope
from dlctl.plan.parallel import in_parallel


def scan(cluster: Cluster, scope: Scope, threads: int, namespaces: Iterable[str] = ()) -> Found:
    """The objects of the selected components that dlctl applied, without those that controllers created.

    All namespaces are searched if the user has permission, else the scope's and the given ones. Kinds
    that cannot be listed are `unseen`. Raises Unreachable and Unauthorized.
    """
    places = tuple(sorted({scope.namespace, *namespaces} - {""}))
    resources = deletable(cluster.resources())
    answers = in_parallel(
        lambda resource: _labelled(cluster, resource, scope.selector, places), resources, threads
    )
    by_uid: dict[str, LiveObject] = {}
    for objects in answers:
        for found in objects or ():
            if was_applied_by_us(found.body, scope) and selected(found.body, scope):
                # One object may be served by two groups (Ingress was): compare UIDs.
                by_uid.setdefault(found.uid, found)
    unseen = [
        resource.group_kind for resource, objects in zip(resources, answers, strict=True) if objects is None
    ]
    return Found({found.ref: found for found in by_uid.values()}, unseen=tuple(unseen))


def _labelled(
    cluster: Cluster, resource: Resource, selector: str, namespaces: tuple[str, ...]
) -> tuple[LiveObject, ...] | None:
    """The objects of a kind; None if any namespace could not be listed."""
    objects: list[LiveObject] = []
    try:
        for listing in list_by_label(cluster, resource, selector, namespaces, metadata_only=True):
            if listing.refused:
                return None
            objects += listing.objects
    except (Unreachable, Unauthorized):
        raise
    except ClusterError:
        return None
    return tuple(objects)
