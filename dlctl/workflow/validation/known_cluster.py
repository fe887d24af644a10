"""What is known of a cluster without asking it."""

from collections.abc import Mapping
from dataclasses import dataclass

from dlctl.manifest import ApiKey


@dataclass(frozen=True, slots=True)
class KnownNodes:
    """Nodes that are alike: their labels, and the resources that they offer."""

    labels: Mapping[str, str]
    resources: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownCluster:
    """What an environment's files say of its cluster, apart from schemas.

    `version` is the server's, empty if not known. `kinds` are those that it serves and `nodes` its nodes;
    None if they are not known.
    """

    version: str = ""
    kinds: frozenset[ApiKey] | None = None
    nodes: tuple[KnownNodes, ...] | None = None
