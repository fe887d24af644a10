"""What templates know of the cluster: from cluster.yaml, never from the cluster itself."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from dlctl.app.cluster_snapshot import ClusterSnapshot
from dlctl.manifest import GroupKind


@lru_cache(maxsize=8)  # an app renders many components for one environment
def cluster_variable(snapshot: ClusterSnapshot) -> dict[str, Any]:
    """The variable `cluster`: `kinds` as in `requires`, and `nodes` by group; both empty without a file."""
    return {
        "kinds": [name for kind in snapshot.kinds for name in kind.names],
        "nodes": _groups(snapshot),
    }


def _groups(snapshot: ClusterSnapshot) -> list[dict[str, Any]]:
    if not snapshot.nodes:
        return []
    from dlctl.app.snapshot.shape import full_group_value  # not where there is no cluster.yaml

    return [full_group_value(group) for group in snapshot.nodes]


def served_scopes(snapshot: ClusterSnapshot) -> Mapping[GroupKind, bool]:
    """Whether each served kind is namespaced."""
    return {kind.group_kind: kind.namespaced for kind in snapshot.kinds}
