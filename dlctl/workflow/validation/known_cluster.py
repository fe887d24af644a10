"""What is known of a cluster without asking it."""

from collections.abc import Mapping

from msgspec import Struct

from dlctl.app.cluster_snapshot import ClusterSnapshot, ServedKind
from dlctl.manifest import ApiKey
from dlctl.nodes.inventory.groups import NodeGroup


class KnownNodes(Struct, frozen=True):
    """Nodes that are alike: their labels, and the resources that they offer."""

    labels: Mapping[str, str]
    resources: frozenset[str]


class KnownCluster(Struct, frozen=True):
    """What an environment's files say of its cluster, apart from schemas.

    `version` is the server's, empty if not known. `kinds` are those that it serves and `nodes` its nodes;
    None if they are not known. `groups` has more of the nodes, as cluster.yaml has it.
    """

    version: str = ""
    kinds: frozenset[ApiKey] | None = None
    nodes: tuple[KnownNodes, ...] | None = None
    groups: tuple[NodeGroup, ...] | None = None


def known_cluster(snapshot: ClusterSnapshot) -> KnownCluster:
    """What an environment's cluster.yaml says; nothing where there is none."""
    if not snapshot.known:
        return KnownCluster()
    return KnownCluster(
        snapshot.version,
        frozenset((version, kind.group_kind.kind) for kind in snapshot.kinds for version in _versions(kind)),
        None if snapshot.nodes is None else tuple(_nodes(group) for group in snapshot.nodes),
        snapshot.nodes,
    )


def _versions(kind: ServedKind) -> tuple[str, ...]:
    group = kind.group_kind.group
    return tuple(f"{group}/{version}" if group else version for version in kind.versions)


def _nodes(group: NodeGroup) -> KnownNodes:
    return KnownNodes(group.labels, frozenset({"cpu", "memory", *(each.resource for each in group.devices)}))
