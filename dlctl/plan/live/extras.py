"""The objects of a target that are no longer rendered: in which kinds they are, and which they are."""

from collections.abc import Iterable, Set

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.manifest import GroupKind, ObjectRef
from dlctl.plan.applyset import joined
from dlctl.plan.live.objects.model import LiveObject
from dlctl.plan.live.ownership import selected, was_applied_by_us
from dlctl.plan.live.parent import earlier_parents, read_parent, resources_of
from dlctl.plan.model import Scope


class Members(Struct, frozen=True):
    """Where members of a target's ApplySet may be, beside the rendered kinds."""

    further: tuple[Resource, ...]
    namespaces: frozenset[str]


def members(cluster: Cluster, scope: Scope, known: Set[GroupKind]) -> Members | None:
    """The kinds that the target's parent lists, without the `known` ones; None if no parent of ours is there.

    Without a parent only a search of all kinds finds the objects. Raises ClusterError.
    """
    parent = read_parent(cluster, scope)
    if not parent.is_ours:
        return None
    there = joined((parent, *earlier_parents(cluster, scope)))
    further, _ = resources_of(cluster, there.kinds - known)
    return Members(further, there.namespaces | {scope.namespace})


def not_rendered(
    found: Iterable[LiveObject], rendered: Set[ObjectRef], scope: Scope
) -> tuple[LiveObject, ...]:
    """Those of the found objects that dlctl applied for the selected components and that are not rendered.

    An object that two groups serve (Ingress was one) is there once.
    """
    listed = tuple(found)
    seen = {live.uid for live in listed if live.ref in rendered}
    extra: list[LiveObject] = []
    for live in listed:
        if live.uid in seen or live.ref in rendered:
            continue
        if was_applied_by_us(live.body, scope) and selected(live.body, scope):
            seen.add(live.uid)
            extra.append(live)
    return tuple(extra)
