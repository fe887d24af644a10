"""Load YAML text as JSON values with positions.

All files are read the same way: YAML 1.2 core schema with numbers as kubectl reads them, JSON values only,
no duplicate keys; aliases and merge keys are followed. Positions are looked up in the parsed nodes when
needed.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern
from typing import Any, cast

import yaml

from dlctl.errors import Location, YamlError
from dlctl.text import shown_name
from dlctl.yamlio.compose import MAP, MAX_DEPTH, PLAIN, SEQ, compose, place_after
from dlctl.yamlio.core_schema import BOOL, FLOAT, INT, NULL, STR, Scalar, check_plain_key, resolve_plain
from dlctl.yamlio.limited import read_limited
from dlctl.yamlio.places import MERGE_KEY, Places, YamlPath

MAX_VALUES = 2_000_000
"""The most values of a document after alias expansion: prevents "billion laughs".

Each CHARACTERS of a text count as one more, since an alias may repeat a long one.
"""
_SHIFT = 4
CHARACTERS = 1 << _SHIFT


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its value (None when empty) and the positions of its nodes."""

    path: str
    text: str
    value: Any
    node: yaml.Node | None = field(default=None, repr=False, compare=False)
    size: int = field(default=0, repr=False, compare=False)
    """The number of values after alias expansion, as for MAX_VALUES."""

    places: Places = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", Places(self.node))

    def location(self, path: YamlPath = ()) -> Location:
        """The place of the value at `path`, or of its nearest parent that exists."""
        node = self.places.value(path)
        return _location(self.path, node) if node is not None else Location(self.path, 1, 1)

    def key_location(self, path: YamlPath) -> Location:
        """The place of the last key of `path`, for errors about the key and not its value."""
        key = self.places.key(path)
        return _location(self.path, key) if key is not None else self.location(path)


def load_file(path: Path, shown: str | None = None) -> Document:
    """Read one file with at most one document; `shown` is its path in errors."""
    return load_text(read_text(path, shown), shown or str(path))


def read_text(path: Path, shown: str | None = None) -> str:
    """Read a UTF-8 file, line ends unchanged.

    Raises YamlError if it cannot be read, is too large or is not UTF-8.
    """
    name = shown or str(path)
    try:
        return text_of(read_limited(path), name)
    except OSError as error:
        raise YamlError(f"cannot be read: {error.strerror}", location=Location(name)) from error


def text_of(content: bytes, shown: str) -> str:
    """Decode the bytes of a file; `shown` is its path in errors. Raises YamlError if they are not UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = place_after(shown, content[: error.start].decode("utf-8"))
        raise YamlError("not UTF-8 text", location=place, hint="save the file as UTF-8") from error


def load_text(text: str, path: str) -> Document:
    """Parse text with at most one document; `path` is its path in locations."""
    documents = load_all(text, path)
    if len(documents) > 1:
        raise YamlError(
            "expected one YAML document, found more",
            location=documents[1].location(),
            hint="remove the '---' line and everything after it, or split the file",
        )
    return documents[0] if documents else Document(path, text, None)


def load_all(text: str, path: str, *, last_key_wins: bool = False) -> tuple[Document, ...]:
    """Parse every document of a text; duplicate keys are refused, or the last one counts."""
    nodes = compose(text, path)
    return tuple(_document(path, text, node, last_key_wins=last_key_wins) for node in nodes)


def _document(path: str, text: str, node: yaml.Node, *, last_key_wins: bool) -> Document:
    value, size = _Constructor(path, last_key_wins=last_key_wins).value(node)
    return Document(path, text, value, node, size)


class _Constructor:
    """Turns composed nodes into JSON values."""

    def __init__(self, path: str, *, last_key_wins: bool = False) -> None:
        self.path = path
        self.last_key_wins = last_key_wins
        self.built: dict[int, tuple[Any, int]] = {}
        self.open: set[int] = set()

    def value(self, node: yaml.Node) -> tuple[Any, int]:
        """The node's value, and the number of values in it after alias expansion."""
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node), 1 + (len(node.value) >> _SHIFT)
        if id(node) not in self.built:
            with self.inside(node):
                self.built[id(node)] = self.collection(node)
        return self.built[id(node)]

    @contextlib.contextmanager
    def inside(self, node: yaml.Node) -> Iterator[None]:
        if id(node) in self.open:
            raise self.error("anchor contains an alias to itself", node)
        if len(self.open) >= MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} levels deep", node)
        self.open.add(id(node))
        yield
        self.open.discard(id(node))

    def collection(self, node: yaml.Node) -> tuple[Any, int]:
        self.refuse_tag(node)
        value: Any
        if isinstance(node, yaml.MappingNode):
            value, size = self.mapping(node)
        else:
            value, size = self.sequence(node)
        if size > MAX_VALUES:
            message = f"more than {MAX_VALUES} values (or {CHARACTERS} times as many characters)"
            raise self.error(f"{message} after alias expansion", node)
        return value, size

    def sequence(self, node: yaml.Node) -> tuple[list[Any], int]:
        items = [self.value(child) for child in node.value]
        return [item for item, _ in items], 1 + sum(size for _, size in items)

    def mapping(self, node: yaml.MappingNode) -> tuple[dict[str, Any], int]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        places: dict[str, yaml.Node] = {}
        total = 1
        for key_node, value_node in node.value:
            key = self.key(key_node)
            value, size = self.value(value_node)
            total += size + (len(key) >> _SHIFT)
            if key in places and not self.last_key_wins:
                first = places[key].start_mark.line + 1
                raise self.error(
                    f"duplicate key {shown_name(key)}: already defined in line {first}",
                    key_node,
                    hint="keep one of the two",
                )
            places[key] = key_node
            if key == MERGE_KEY and key_node.tag == PLAIN:
                self.merge(merged, value, key_node)
            else:
                own[key] = value
        return ({**merged, **own} if merged else own), total

    def merge(self, into: dict[str, Any], value: Any, key_node: yaml.Node) -> None:
        for source in value if isinstance(value, list) else [value]:
            if not isinstance(source, dict):
                raise self.error("'<<' needs a mapping or a list of mappings", key_node)
            for key, item in source.items():
                into.setdefault(key, item)

    def key(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self.error("key is a list or a mapping, not a scalar", node)
        text = node.value = intern(node.value)  # a key of many mappings is kept once
        if node.tag == PLAIN:
            try:
                check_plain_key(text)
            except ValueError as error:
                raise self.error(str(error), node) from error
        return text

    def scalar(self, node: yaml.ScalarNode) -> Scalar:
        text = cast(str, node.value)
        if node.tag == STR:
            return text
        if node.tag != PLAIN:
            self.refuse_tag(node)
        try:
            value = resolve_plain(text)
        except ValueError as error:
            raise self.error(str(error), node) from error
        return float(value) if node.tag == FLOAT and isinstance(value, int) else value

    def refuse_tag(self, node: yaml.Node) -> None:
        if node.tag not in _KNOWN_TAGS:
            raise self.error("unknown tag", node, hint="put a value that begins with '!' in quotes")

    def error(self, message: str, node: yaml.Node, *, hint: str | None = None) -> YamlError:
        return YamlError(message, location=_location(self.path, node), hint=hint)


_KNOWN_TAGS = frozenset({STR, INT, FLOAT, BOOL, NULL, MAP, SEQ})


def _location(path: str, node: yaml.Node) -> Location:
    return Location(path, node.start_mark.line + 1, node.start_mark.column + 1)
