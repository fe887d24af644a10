"""The syntax tree of a YAML text: nodes with exact spans; aliases are not followed.

Built from libyaml's events, whose marks count characters, including line ends and emoji; a byte
order mark is not counted and must be removed first. Composed nodes cannot be used: they follow
aliases, so an alias's own position is lost, and a block collection ends where the next node starts.
"""

from collections.abc import Iterator
from typing import Literal

import yaml
from msgspec import Struct
from msgspec.structs import replace

Kind = Literal["scalar", "mapping", "sequence", "alias"]


class Node(Struct, frozen=True):
    """One node of the text.

    `start` is the position of its anchor or tag, if it has one. `end` is after its last character:
    comments and blank lines after it are not included, even where libyaml includes them. An omitted
    value is empty and starts directly after the preceding text. `text` is a scalar's value or an alias's
    name; `style` a scalar's first character (`'`, `"`, `|`, `>`) or empty.
    """

    kind: Kind
    start: int
    end: int
    line: int
    text: str = ""
    style: str = ""
    tagged: bool = False
    flow: bool = False
    anchor: str | None = None
    items: tuple["Item", ...] = ()

    @property
    def is_collection(self) -> bool:
        """Whether it is a mapping or a sequence."""
        return self.kind in ("mapping", "sequence")

    @property
    def in_block(self) -> bool:
        """Whether it is a collection in block style."""
        return self.is_collection and not self.flow

    def index(self, step: str | int) -> int | None:
        """The index of the item at `step`, without items merged by `<<`."""
        if self.kind == "sequence":
            return int(step) if isinstance(step, int) and 0 <= step < len(self.items) else None
        for index, item in enumerate(self.items):
            if item.key and item.key.text == str(step) and not item.merges:
                return index
        return None

    def walk(self) -> Iterator["Node"]:
        """This node and all nodes below it, including keys, in the order of the text."""
        yield self
        for item in self.items:
            if item.key:
                yield from item.key.walk()
            yield from item.value.walk()


class Item(Struct, frozen=True):
    """One entry of a mapping, or of a sequence, which has no key."""

    key: Node | None
    value: Node

    @property
    def start(self) -> int:
        """The start of its key or value; a `-` or `?` is before it."""
        return self.key.start if self.key else self.value.start

    @property
    def end(self) -> int:
        """The position after its last character."""
        return max(self.value.end, self.key.end) if self.key else self.value.end

    @property
    def merges(self) -> bool:
        """Whether this is YAML 1.1's merge key."""
        key = self.key
        return key is not None and key.text == "<<" and not (key.style or key.tagged)


def parse(text: str) -> Node | None:
    """The tree of a text with one valid document; None if it has no document, as in a file of comments."""
    events = iter(yaml.parse(text, Loader=yaml.CSafeLoader))
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            return _node(next(events), events, text)
    return None


def _node(event: yaml.Event, events: Iterator[yaml.Event], text: str) -> Node:
    start, end = _span(event)
    line = event.start_mark.line + 1 if event.start_mark else 0
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, Node("scalar", start, end, line), text)
    if isinstance(event, yaml.AliasEvent):
        return Node("alias", start, end, line, text=str(event.anchor))
    if not isinstance(event, yaml.CollectionStartEvent):
        raise TypeError(f"{event} does not start a node")
    kind: Kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
    items, last = (_pairs if kind == "mapping" else _elements)(events, text)
    flow = bool(event.flow_style)
    end = _span(last)[1] if flow else max(item.end for item in items)
    tagged = event.tag is not None
    return Node(kind, start, end, line, flow=flow, anchor=event.anchor, items=items, tagged=tagged)


def _span(event: yaml.Event) -> tuple[int, int]:
    if event.start_mark is None or event.end_mark is None:
        raise TypeError(f"{event} has no position")
    return event.start_mark.index, event.end_mark.index


def _pairs(events: Iterator[yaml.Event], text: str) -> tuple[tuple[Item, ...], yaml.Event]:
    items: list[Item] = []
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(event, events, text)
        items.append(Item(key, _node(next(events), events, text)))
    return tuple(items), event


def _elements(events: Iterator[yaml.Event], text: str) -> tuple[tuple[Item, ...], yaml.Event]:
    items: list[Item] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(Item(None, _node(event, events, text)))
    return tuple(items), event


def _scalar(event: yaml.ScalarEvent, place: Node, text: str) -> Node:
    start, end = place.start, place.end
    style = event.style or ""
    if start == end:
        while start > 0 and text[start - 1].isspace():
            start -= 1  # libyaml's position is after the blanks, or on the next line
        end = start
    elif style in ("|", ">"):
        end = _block_scalar_end(text, start, end)
    tagged = event.tag is not None
    return replace(
        place, start=start, end=end, text=event.value, style=style, tagged=tagged, anchor=event.anchor
    )


def _block_scalar_end(text: str, start: int, end: int) -> int:
    """The end without the blank lines after it, which are content only if the header has `+` (keep)."""
    content = text[start:end]
    keeps = "+" in content.split("\n", 1)[0].split("#", 1)[0]
    return end if keeps else start + len(content.rstrip("\r\n"))
