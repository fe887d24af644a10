"""One version of each kind that a cluster serves."""

from collections.abc import Iterable, Mapping

from dlctl.cluster.protocol import Resource
from dlctl.manifest import GroupKind


def one_version(served: Iterable[Resource]) -> Mapping[GroupKind, Resource]:
    """The namespaced kinds, each in the version that Kubernetes prefers: `v1` before `v2beta1`."""
    chosen: dict[GroupKind, Resource] = {}
    for each in served:
        known = chosen.get(each.group_kind)
        if each.namespaced and (known is None or _rank(each) > _rank(known)):
            chosen[each.group_kind] = each
    return chosen


def _rank(resource: Resource) -> tuple[bool, bool, str]:
    version = resource.version
    return "alpha" not in version and "beta" not in version, "alpha" not in version, version
