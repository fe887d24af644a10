"""Write, narrow and delete the ApplySet parent of a target."""

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Conflict, DeployError, NotFound
from dlctl.plan.applyset import PARENT_MANAGER, Contents, Parent, found_parent, lists, parent_body
from dlctl.plan.live.parent import read_again

ATTEMPTS = 4
"""Attempts to write a parent that another dlctl command changes meanwhile."""


def write_superset(cluster: Cluster, parent: Parent, superset: Contents) -> Parent:
    """Let the parent list at least `superset`, before any member is written.

    Where another dlctl command changed it since it was read, what that one wrote stays listed. Raises
    DeployError if it is the parent of another app or tool now, ClusterError.
    """
    planned = parent.problem
    for attempt in range(1, ATTEMPTS + 1):
        if parent.problem not in ("", planned):
            raise DeployError(
                f"{parent.ref} {parent.problem}, since the plan was made",
                hint="run the command again to see what it would do now",
            )
        wanted = superset.joined(parent.contents)
        if parent.is_ours and lists(parent, wanted):
            return parent
        try:
            return _written(cluster, parent, wanted)
        except Conflict:
            if attempt == ATTEMPTS:
                raise
            parent = read_again(cluster, parent)
    return parent


def narrow(cluster: Cluster, parent: Parent, remaining: Contents) -> Parent:
    """Let the parent list exactly `remaining`, after the last write. Raises ClusterError.

    Conflict: another dlctl command has written it meanwhile, so that it must stay as it is.
    """
    return parent if lists(parent, remaining) else _written(cluster, parent, remaining)


def delete_parent(cluster: Cluster, parent: Parent) -> None:
    """Delete the parent of a set without members. Raises ClusterError.

    Nothing depends on it, so that it need not wait for the garbage collector.
    """
    ref, resource = parent.ref, _resource(cluster, parent)
    try:
        cluster.delete(resource, ref.name, ref.namespace, uid=parent.uid, propagation="Background")
    except (NotFound, Conflict):
        return  # it is gone, or another one has its name


def _written(cluster: Cluster, parent: Parent, contents: Contents) -> Parent:
    resource, body = _resource(cluster, parent), parent_body(parent, contents)
    if not parent.uid:  # an apply would take over what somebody else has made meanwhile
        return found_parent(parent, cluster.create(resource, body, field_manager=PARENT_MANAGER))
    # As kubectl does: whoever else owns a field of the parent has no say in what the set contains.
    return found_parent(parent, cluster.apply(resource, body, force=True, field_manager=PARENT_MANAGER))


def _resource(cluster: Cluster, parent: Parent) -> Resource:
    return cluster.resource("v1", parent.ref.kind)
