"""Write, narrow and delete the ApplySet parent of a target."""

from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Conflict, NotFound
from dlctl.plan.applyset import PARENT_MANAGER, Contents, Parent, found_parent, lists, parent_body

ATTEMPTS = 4
"""Attempts to write a parent that another run changes meanwhile."""


def write_superset(cluster: Cluster, parent: Parent, superset: Contents) -> Parent:
    """Let the parent list at least `superset`, before any member is written. Raises ClusterError.

    Where another run changed it since it was read, what that run wrote stays listed.
    """
    for attempt in range(1, ATTEMPTS + 1):
        wanted = superset.joined(parent.contents)
        if parent.is_ours and lists(parent, wanted):
            return parent
        try:
            return _written(cluster, parent, wanted)
        except Conflict:
            if attempt == ATTEMPTS:
                raise
            parent = _read_again(cluster, parent)
    return parent


def narrow(cluster: Cluster, parent: Parent, remaining: Contents) -> Parent:
    """Let the parent list exactly `remaining`, after the last write. Raises ClusterError.

    Conflict: another run has written it meanwhile, so that it must stay as it is.
    """
    return parent if lists(parent, remaining) else _written(cluster, parent, remaining)


def delete_parent(cluster: Cluster, parent: Parent) -> None:
    """Delete the parent of a set without members. Raises ClusterError."""
    try:
        cluster.delete(_resource(cluster, parent), parent.ref.name, parent.ref.namespace, uid=parent.uid)
    except (NotFound, Conflict):
        return  # it is gone, or another one has its name


def _written(cluster: Cluster, parent: Parent, contents: Contents) -> Parent:
    body = parent_body(parent, contents)
    # As kubectl does: whoever else owns a field of the parent has no say in what the set contains.
    live = cluster.apply(_resource(cluster, parent), body, force=True, field_manager=PARENT_MANAGER)
    return found_parent(parent, live)


def _read_again(cluster: Cluster, parent: Parent) -> Parent:
    try:
        body = cluster.get(_resource(cluster, parent), parent.ref.name, parent.ref.namespace)
    except NotFound:
        return replace(parent, uid="", version="", contents=Contents())
    return found_parent(parent, body)


def _resource(cluster: Cluster, parent: Parent) -> Resource:
    return cluster.resource("v1", parent.ref.kind)
