"""Where a path leads in a tree, and what would break if the text there went away."""

from collections.abc import Sequence
from dataclasses import dataclass

from dlctl.yamlio.edit.tree import Node

YamlPath = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Place:
    """The part of a path that the text has: `nodes` from the root down, `indexes` of the items between.

    Aliases are not followed, and what `<<` merges in is not there.
    """

    nodes: tuple[Node, ...]
    indexes: tuple[int, ...] = ()

    @property
    def depth(self) -> int:
        """How many steps of the path the text has."""
        return len(self.indexes)

    @property
    def node(self) -> Node:
        """The last node on the way."""
        return self.nodes[-1]

    @property
    def parent(self) -> Node:
        """The collection that holds `node`; there is one where `depth` is not 0."""
        return self.nodes[-2]

    def up(self) -> "Place":
        """The place of the parent."""
        return Place(self.nodes[:-1], self.indexes[:-1])

    def in_flow(self) -> bool:
        """Whether the node stands inside `{ }` or `[ ]`."""
        return any(node.flow for node in self.nodes[:-1])


def find(root: Node, path: YamlPath) -> Place:
    """Follow `path` as far as the text goes."""
    nodes, indexes = [root], []
    for step in path:
        index = nodes[-1].index(step)
        if index is None:
            break
        indexes.append(index)
        nodes.append(nodes[-1].items[index].value)
    return Place(tuple(nodes), tuple(indexes))


def outside_alias(root: Node, dropped: Sequence[Node]) -> Node | None:
    """The first alias that stays while the anchor that it refers to goes with `dropped`."""
    gone = {id(node) for part in dropped for node in part.walk()}
    anchors: dict[str, Node] = {}
    for node in root.walk():
        if node.anchor:
            anchors[node.anchor] = node
        target = anchors.get(node.text) if node.kind == "alias" else None
        if target and id(target) in gone and id(node) not in gone:
            return node
    return None


def sharing_alias(place: Place) -> Node | None:
    """An alias elsewhere that stands for something on the way to the place."""
    anchored = {node.anchor for node in place.nodes if node.anchor}
    aliases = (node for node in place.nodes[0].walk() if node.kind == "alias" and node.text in anchored)
    return next(aliases, None)
