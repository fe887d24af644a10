"""The kinds that a cluster serves."""

from collections.abc import Iterable

from dlctl.app.cluster_snapshot import ServedKind, version_order
from dlctl.cluster.protocol import Resource
from dlctl.manifest import GroupKind

Served = dict[GroupKind, Resource]


def served_kinds(resources: Iterable[Resource]) -> tuple[ServedKind, ...]:
    """Each kind whose objects can be read, with its versions, sorted by group and name.

    Reviews, bindings and the like are requests and no objects.
    """
    found: dict[GroupKind, dict[str, bool]] = {}
    for each in resources:
        if not each.verbs or "get" in each.verbs:
            found.setdefault(each.group_kind, {})[each.version] = each.namespaced
    return tuple(
        ServedKind(kind, tuple(sorted(versions, key=version_order)), any(versions.values()))
        for kind, versions in sorted(found.items())
    )


def preferred(resources: Iterable[Resource]) -> Served:
    """The resource of each kind in its preferred version."""
    found: Served = {}
    for each in sorted(resources, key=lambda one: version_order(one.version)):
        found.setdefault(each.group_kind, each)
    return found
