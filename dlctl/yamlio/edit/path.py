"""Follow a path in a tree, and find the aliases that a change there would break."""

from collections.abc import Sequence

from msgspec import Struct

from dlctl.yamlio.edit.tree import Node

YamlPath = Sequence[str | int]


class Place(Struct, frozen=True):
    """The part of a path that exists in the text: `nodes` from the root down, `indexes` of the items between.

    Aliases are not followed, and values merged by `<<` are not included.
    """

    nodes: tuple[Node, ...]
    indexes: tuple[int, ...] = ()

    @property
    def depth(self) -> int:
        """The number of steps of the path that exist."""
        return len(self.indexes)

    @property
    def node(self) -> Node:
        """The last node of the path that exists."""
        return self.nodes[-1]

    @property
    def parent(self) -> Node:
        """The collection that holds `node`; there is one where `depth` is not 0."""
        return self.nodes[-2]

    def up(self) -> "Place":
        """The place of the parent."""
        return Place(self.nodes[:-1], self.indexes[:-1])

    def in_flow(self) -> bool:
        """Whether the node is inside `{ }` or `[ ]`."""
        return any(node.flow for node in self.nodes[:-1])


def find(root: Node, path: YamlPath) -> Place:
    """Follow `path` as far as it exists."""
    nodes, indexes = [root], []
    for step in path:
        index = nodes[-1].index(step)
        if index is None:
            break
        indexes.append(index)
        nodes.append(nodes[-1].items[index].value)
    return Place(tuple(nodes), tuple(indexes))


def outside_alias(root: Node, dropped: Sequence[Node]) -> Node | None:
    """The first remaining alias whose anchor is inside the `dropped` nodes."""
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
    """An alias elsewhere that refers to a node on the path to the place."""
    anchored = {node.anchor for node in place.nodes if node.anchor}
    aliases = (node for node in place.nodes[0].walk() if node.kind == "alias" and node.text in anchored)
    return next(aliases, None)
