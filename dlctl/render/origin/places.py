"""Follow the way to a field in the texts that templates and fragments wrote."""

from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from msgspec import Struct

from dlctl.errors import Location
from dlctl.json_values import same_json
from dlctl.render.engine.running.traced import TracedText
from dlctl.render.engine.skeleton.tokens import token_index
from dlctl.yamlio.compose import compose

Steps = Sequence[str | int]


class Place(Struct, frozen=True):
    """How far the way to a field leads in one text: the last node, and the steps that are left."""

    text: TracedText
    node: yaml.Node
    key: yaml.Node | None
    rest: Steps

    @property
    def token(self) -> int | None:
        """The number of the expression that stands here, if one does."""
        return token_index(self.node.value) if isinstance(self.node, yaml.ScalarNode) else None

    @property
    def location(self) -> Location:
        """The line of the template that wrote the key, the item or the expression."""
        token, written = self.token, self.text.written
        return (
            written.location((self.key or self.node).start_mark.index)
            if token is None
            else (written.tokens.location(token))
        )


def document(texts: Sequence[TracedText], location: Location) -> Place | None:
    """The document that starts at this line of a template."""
    for text in texts:
        if text.fragment:
            continue
        for root in _roots(text):
            place = Place(text, root, None, ())
            if place.location == location:
                return place
    return None


def _roots(text: TracedText) -> list[yaml.Node]:
    return compose("".join(text.written.pieces), text.written.path)


def descend(text: TracedText, root: yaml.Node, path: Steps) -> Place:
    """The place where the way from a node ends, or where the text stops describing it."""
    node, key = root, None
    for done, step in enumerate(path):
        pair = _child(text, node, step)
        if pair is None:
            return Place(text, node, key, path[done:])
        key, node = pair
    return Place(text, node, key, ())


def _child(text: TracedText, node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if _key(text, key) == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None


def _key(text: TracedText, key: yaml.Node) -> Any:
    """A key as it stands in the object: that of an expression is its value."""
    index = token_index(key.value) if isinstance(key, yaml.ScalarNode) else None
    return key.value if index is None else text.written.tokens.values[index]


def in_fragments(texts: Sequence[TracedText], place: Place, value: Any) -> Place | None:
    """The innermost place that writes what is left of the way, if the expression at `place` has the value.

    A fragment that writes the field itself comes first, then one in which an expression holds it.
    """
    if place.token is None or not place.rest:
        return None
    others = [text for text in texts if text.fragment and text is not place.text]
    found = [each for text in others for each in _matches(text, place.rest)]
    exact = next((each for each in found if not each.rest and _writes(each, value)), None)
    if exact is not None:
        return exact
    inside = [each for each in found if each.rest and each.token is not None and _reaches(each, value)]
    for each in sorted(inside, key=lambda place: len(place.rest)):
        return in_fragments(others, each, value) or each
    return None


def _matches(text: TracedText, path: Steps) -> Iterator[Place]:
    """The ways along `path` in a fragment; merged lists have other indexes there, so any item will do."""
    for root in _roots(text):
        yield from _ways(Place(text, root, None, path))


def _ways(place: Place) -> Iterator[Place]:
    if not place.rest or place.token is not None:
        yield place
        return
    step, rest = place.rest[0], place.rest[1:]
    items = place.node.value if isinstance(place.node, yaml.SequenceNode) and isinstance(step, int) else []
    for item in items:
        yield from _ways(Place(place.text, item, None, rest))
    if (
        isinstance(place.node, yaml.MappingNode)
        and (pair := _child(place.text, place.node, step)) is not None
    ):
        yield from _ways(Place(place.text, pair[1], pair[0], rest))


def _writes(place: Place, value: Any) -> bool:
    """Whether the value at the place is this one, as far as the text shows it."""
    token = place.token
    if token is not None:
        return same_json(place.text.written.tokens.values[token], value)
    if isinstance(place.node, yaml.ScalarNode):
        return str(value) == place.node.value or isinstance(value, bool)
    return isinstance(value, dict | list)


def _reaches(place: Place, value: Any) -> bool:
    """Whether the expression's value has this value at the end of the way."""
    return _has_at(place.text.written.tokens.values[place.token or 0], place.rest, value)


def _has_at(held: Any, path: Steps, value: Any) -> bool:
    """Whether the value is there; merged lists have other indexes, so any item will do."""
    if not path:
        return same_json(held, value)
    if isinstance(held, dict):
        return path[0] in held and _has_at(held[path[0]], path[1:], value)
    is_item = isinstance(held, list) and isinstance(path[0], int)
    return is_item and any(_has_at(item, path[1:], value) for item in held)
