"""The kinds of objects that can be deleted."""

from collections.abc import Iterable

from dlctl.cluster.protocol import Resource
from dlctl.manifest import GroupKind
from dlctl.pattern import pattern

_VERSION = pattern(r"v(\d+)(?:(alpha|beta)(\d+))?\Z")
_STAGES = {"": 2, "beta": 1, "alpha": 0}


def deletable(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """One resource per kind that can be listed and deleted, in its preferred version."""
    best: dict[GroupKind, Resource] = {}
    for resource in resources:
        if not {"list", "delete"} <= resource.verbs:
            continue
        known = best.get(resource.group_kind)
        if known is None or _version_rank(resource.version) > _version_rank(known.version):
            best[resource.group_kind] = resource
    return tuple(best[group_kind] for group_kind in sorted(best))


def _version_rank(version: str) -> tuple[int, int, int]:
    """Stable before beta before alpha, higher before lower (apimachinery, pkg/version/helpers.go)."""
    match = _VERSION.match(version)
    if match is None:
        return (-1, 0, 0)
    return _STAGES[match[2] or ""], int(match[1]), int(match[3] or 0)
