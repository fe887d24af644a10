"""Where in the network of a cluster a node is: by Kueue's Topology, Volcano's HyperNodes, or labels."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.names import TOPOLOGY_LABELS
from dlctl.nodes.inventory.order import natural_key

_HOST = "kubernetes.io/hostname"
Labels = Mapping[str, str]


class HyperNode(Struct, frozen=True):
    """A group of nodes of Volcano. `tier` 1 is the one in which nodes are nearest to each other."""

    name: str
    tier: int
    members: tuple[Mapping[str, Any], ...]

    def has(self, node: str, labels: Labels) -> bool:
        """Whether a node is one of its members."""
        return any(_selects(each.get("selector") or {}, node, labels) for each in self.members)


class Topology(Struct, frozen=True):
    """The labels of the first level of each Topology of Kueue, and the groups of Volcano, nearest first."""

    labels: tuple[str, ...] = ()
    groups: tuple[HyperNode, ...] = ()

    def of(self, node: str, labels: Labels) -> str:
        """The first level that a node is in; empty where nothing says it."""
        found = next((labels[name] for name in self.labels if labels.get(name)), "")
        found = found or next((group.name for group in self.groups if group.has(node, labels)), "")
        return found or next((labels[name] for name in TOPOLOGY_LABELS if labels.get(name)), "")


def topology_of(kueue: Iterable[JsonObject], volcano: Iterable[JsonObject]) -> Topology:
    """The topology that the objects Topology and HyperNode of a cluster describe."""
    labels = dict.fromkeys(name for body in kueue for name in _first_level(body))
    groups = sorted(map(_group, volcano), key=lambda group: (group.tier, natural_key(group.name)))
    return Topology(tuple(labels), tuple(group for group in groups if group.members))


def _first_level(body: JsonObject) -> Iterator[str]:
    for level in ((body.get("spec") or {}).get("levels") or ())[:1]:
        if level.get("nodeLabel") not in (None, _HOST):
            yield str(level["nodeLabel"])


def _group(body: JsonObject) -> HyperNode:
    spec = body.get("spec") or {}
    members = (each for each in spec.get("members") or () if each.get("type") == "Node")
    return HyperNode(
        str((body.get("metadata") or {}).get("name")), int(spec.get("tier") or 0), tuple(members)
    )


def _selects(selector: Mapping[str, Any], node: str, labels: Labels) -> bool:
    if exact := selector.get("exactMatch"):
        return bool(exact.get("name") == node)
    if regex := selector.get("regexMatch"):
        return _matches(str(regex.get("pattern") or ""), node)
    wanted = selector.get("labelMatch") or {}
    pairs = wanted.get("matchLabels") or {}
    # A selector with expressions is not evaluated: no group is better than a wrong one.
    return bool(pairs) and not wanted.get("matchExpressions") and pairs.items() <= labels.items()


def _matches(pattern: str, node: str) -> bool:
    try:
        return bool(re.search(pattern, node))
    except re.error:
        return False
