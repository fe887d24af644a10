"""Read the ApplySet parent of a target, and find the kinds that it lists."""

from collections.abc import Iterable

from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Forbidden, NotFound
from dlctl.manifest import GroupKind
from dlctl.plan.applyset import Parent, found_parent, parent_of
from dlctl.plan.live.objects.deletable import deletable
from dlctl.plan.model import Scope


def read_parent(cluster: Cluster, scope: Scope) -> Parent:
    """The parent of a target's set, by one GET. Raises ClusterError, but for a refused request."""
    return _read(cluster, parent_of(scope.app, scope.environment, scope.namespace, scope.app_id))


def earlier_parents(cluster: Cluster, scope: Scope) -> tuple[Parent, ...]:
    """The parents of earlier names of the environment that are still there, by one GET for each name."""
    names = (parent_of(scope.app, each, scope.namespace, scope.app_id) for each in scope.history.environments)
    return tuple(found for found in (_read(cluster, name) for name in names) if found.is_ours)


def _read(cluster: Cluster, parent: Parent) -> Parent:
    resource = cluster.resource("v1", parent.ref.kind)
    try:
        return found_parent(parent, cluster.get(resource, parent.ref.name, parent.ref.namespace))
    except NotFound:
        return parent
    except Forbidden as error:
        return replace(parent, unreadable=error.message)


def resources_of(
    cluster: Cluster, kinds: Iterable[GroupKind]
) -> tuple[tuple[Resource, ...], frozenset[GroupKind]]:
    """The resources of these kinds, and the kinds that are not served now but may have objects."""
    wanted = frozenset(kinds)
    if not wanted:
        return (), frozenset()
    served = deletable(cluster.resources())
    found = tuple(each for each in served if each.group_kind in wanted)
    groups = {each.group for each in served}
    missing = wanted - {each.group_kind for each in found}
    return found, frozenset(kind for kind in missing if kind.group not in groups and _fails(cluster, kind))


def _fails(cluster: Cluster, kind: GroupKind) -> bool:
    """Whether the server of a kind's group does not answer; a group that is not there has no objects."""
    try:
        cluster.raw("GET", f"/apis/{kind.group}")
    except NotFound:
        return False
    except ClusterError:
        return True
    return False
