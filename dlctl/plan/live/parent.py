"""Read the ApplySet parent of a target, and find the kinds that it lists."""

from collections.abc import Iterable

from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Forbidden, NotFound
from dlctl.manifest import GroupKind
from dlctl.plan.applyset import Contents, Parent, found_parent, listed_resources, parent_of
from dlctl.plan.live.objects.deletable import deletable
from dlctl.plan.model import Scope


def read_parent(cluster: Cluster, scope: Scope) -> Parent:
    """The parent of a target's set, by one GET. Raises ClusterError, except for a refused request."""
    return _read(cluster, parent_of(scope.app, scope.environment, scope.namespace, scope.app_id))


def earlier_parents(cluster: Cluster, scope: Scope) -> tuple[Parent, ...]:
    """The parents of earlier names of the environment that are still there, by one GET for each name."""
    names = (parent_of(scope.app, each, scope.namespace, scope.app_id) for each in scope.history.environments)
    return tuple(found for found in (_read(cluster, name) for name in names) if found.is_ours)


def read_again(cluster: Cluster, parent: Parent) -> Parent:
    """A parent that was read before, as it is now. Raises ClusterError, except for a refused request."""
    return _read(cluster, Parent(parent.ref, parent.labels, parent.app_id))


def _read(cluster: Cluster, parent: Parent) -> Parent:
    resource = cluster.resource("v1", parent.ref.kind)
    try:
        body = cluster.get(resource, parent.ref.name, parent.ref.namespace)
    except NotFound:
        return parent
    except Forbidden as error:
        return replace(parent, unreadable=error.message)
    found, resources = found_parent(parent, body), listed_resources(body)
    if not resources:
        return found
    kinds = frozenset(each.group_kind for each in cluster.resources() if _name(each) in resources)
    return replace(found, contents=found.contents.joined(Contents(kinds)))


def _name(resource: Resource) -> str:
    return f"{resource.plural}.{resource.group}" if resource.group else resource.plural


def resources_of(
    cluster: Cluster, kinds: Iterable[GroupKind]
) -> tuple[tuple[Resource, ...], frozenset[GroupKind]]:
    """The resources of these kinds, and the kinds that are not served now but may have objects.

    One request for each group that is not served.
    """
    wanted = frozenset(kinds)
    if not wanted:
        return (), frozenset()
    served = deletable(cluster.resources())
    found = tuple(each for each in served if each.group_kind in wanted)
    groups = {each.group for each in served}
    missing = wanted - {each.group_kind for each in found}
    failing = {group for group in {kind.group for kind in missing} - groups if _fails(cluster, group)}
    return found, frozenset(kind for kind in missing if kind.group in failing)


def _fails(cluster: Cluster, group: str) -> bool:
    """Whether the server of a group does not answer; a group that is not there has no objects."""
    try:
        cluster.raw("GET", f"/apis/{group}")
    except NotFound:
        return False
    except ClusterError:
        return True
    return False
