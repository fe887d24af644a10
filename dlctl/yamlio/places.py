"""Find the nodes of keys and values in a composed document, for error locations."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import yaml

MERGE_KEY = "<<"
YamlPath = Sequence[str | int]
Entry = tuple[yaml.ScalarNode, yaml.Node]


class Places:
    """The nodes of one document by path.

    A mapping's keys are indexed on first use: a big file needs no index of all its positions, and
    repeated look-ups in one mapping do not search it each time.
    """

    __slots__ = ("_entries", "root")

    def __init__(self, root: yaml.Node | None) -> None:
        self.root = root
        self._entries: dict[int, Mapping[str, Entry]] = {}

    def value(self, path: YamlPath) -> yaml.Node | None:
        """The node at `path`, or its nearest parent that exists; None in an empty document."""
        node = self.root
        for step in path:
            child = self._child(node, step) if node is not None else None
            if child is None:
                break
            node = child
        return node

    def key(self, path: YamlPath) -> yaml.Node | None:
        """The node of the last key of `path`; None if the mapping itself has no such key."""
        parent = self.root
        for step in path[:-1]:
            parent = self._child(parent, step) if parent is not None else None
        if not isinstance(parent, yaml.MappingNode):
            return None
        entry = self._keys(parent).get(str(path[-1]))
        return entry[0] if entry else None

    def _child(self, node: yaml.Node, step: str | int) -> yaml.Node | None:
        if isinstance(node, yaml.SequenceNode):
            inside = isinstance(step, int) and 0 <= step < len(node.value)
            return cast(yaml.Node, node.value[step]) if inside else None
        if not isinstance(node, yaml.MappingNode):
            return None
        entry = self._keys(node).get(str(step))
        return entry[1] if entry else self._merged_child(node, step)

    def _merged_child(self, node: yaml.MappingNode, step: str | int) -> yaml.Node | None:
        if MERGE_KEY not in self._keys(node):
            return None
        found = (self._child(merged, step) for merged in _merges(node))
        return next((child for child in found if child is not None), None)

    def _keys(self, node: yaml.MappingNode) -> Mapping[str, Entry]:
        # The document keeps its nodes alive, so an id is never reused.
        if id(node) not in self._entries:
            keys: dict[str, Entry] = {}
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    keys.setdefault(key.value, (key, value))
            self._entries[id(node)] = keys
        return self._entries[id(node)]


def _merges(node: yaml.MappingNode) -> Iterator[yaml.Node]:
    for key, value in node.value:
        if key.value == MERGE_KEY:
            yield from value.value if isinstance(value, yaml.SequenceNode) else [value]
