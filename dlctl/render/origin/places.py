"""Follow the way to a field in the texts that templates and fragments wrote."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from dlctl.errors import Location
from dlctl.json_values import same_json
from dlctl.render.engine.running.traced import TracedText
from dlctl.render.engine.skeleton.tokens import token_index
from dlctl.yamlio.compose import compose

Steps = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Place:
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
        pair = _child(node, step)
        if pair is None:
            return Place(text, node, key, path[done:])
        key, node = pair
    return Place(text, node, key, ())


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None


def in_fragments(texts: Sequence[TracedText], place: Place, value: Any) -> Place | None:
    """The place in a fragment that writes what is left of the way, if the value at `place` has it."""
    if place.token is None or not place.rest:
        return None
    found = [each for text in texts if text.fragment for each in _matches(text, place.rest)]
    exact = [each for each in found if not each.rest and _writes(each, value)]
    inside = [each for each in found if each.rest and each.token is not None and _reaches(each, value)]
    return next(iter((*exact, *sorted(inside, key=lambda each: len(each.rest)))), None)


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
    if isinstance(place.node, yaml.MappingNode) and (pair := _child(place.node, step)) is not None:
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
    """Whether the expression's value has this value at the end of the way, and is no fragment's itself."""
    held = place.text.written.tokens.values[place.token or 0]
    for step in place.rest:
        known = (
            step in held if isinstance(held, dict) else isinstance(held, list) and step in range(len(held))
        )
        if not known:
            return False
        held = held[step]
    return same_json(held, value)
