"""Skeletons: the output of templates, parsed as YAML once and filled many times."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from msgspec import Struct

from dlctl.errors import RenderError, YamlError, joined
from dlctl.pattern import pattern
from dlctl.render.engine.budget import Budget
from dlctl.render.engine.skeleton.filling import Fill, Filling, prepare
from dlctl.render.engine.skeleton.partial_scalar import partial_scalar_error
from dlctl.render.engine.skeleton.positions import Written
from dlctl.render.engine.skeleton.tokens import OPEN, TOKEN
from dlctl.yamlio.compose import PLAIN
from dlctl.yamlio.load import Document, load_all

MAX_KEPT = 2048
"""The most cached skeletons; the oldest are removed first."""
MAX_KEPT_TEXT = 100_000
"""The longest skeleton that is cached, in characters."""
_LINE = pattern(r"\bline ([0-9]+)")


class _Prepared(Struct, frozen=True):
    fill: Fill
    offset: int
    size: int


class Skeletons:
    """Parsed skeletons by their text."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        """The templates' texts by their names in errors, for hints that quote them."""
        self._known: dict[str, tuple[_Prepared, ...]] = {}

    def fill(self, written: Written, budget: Budget) -> list[tuple[Any, int]]:
        """The values of all documents of a template, with the offset of each; documents of none are omitted.

        Raises RenderError if the text is not YAML, or an expression is not a whole value.
        """
        text = "".join(written.pieces)
        prepared = self._known.get(text)
        if prepared is None:
            prepared = _parse(text, written, self.files)
            self._keep(text, prepared)
        filling = Filling(written.tokens, budget)
        for one in prepared:
            budget.write(one.size, 0)  # aliases are copied: a short text may stand for a large value
        filled = ((one.fill(filling), one.offset) for one in prepared)
        return [(value, offset) for value, offset in filled if value is not None]

    def _keep(self, text: str, prepared: tuple[_Prepared, ...]) -> None:
        if len(text) <= MAX_KEPT_TEXT:
            if len(self._known) >= MAX_KEPT:
                self._known.pop(next(iter(self._known)), None)
            self._known[text] = prepared


def _parse(text: str, written: Written, files: Mapping[str, str]) -> tuple[_Prepared, ...]:
    try:
        documents = load_all(text, written.path)
    except YamlError as error:
        raise _at_template_lines(error, written) from error
    problems = [problem for document in documents for problem in _glued(document, written, files)]
    if problems:
        summary = f"{len(problems)} expressions are not whole values"
        raise joined(problems, RenderError, summary, location=problems[0].location)
    return tuple(
        _Prepared(prepare(document.value), document.node.start_mark.index, document.size)
        for document in documents
        if document.value is not None and document.node is not None
    )


def _at_template_lines(error: YamlError, written: Written) -> RenderError:
    """The parser's error, with skeleton lines replaced by template lines in location and message."""

    def template_line(match: re.Match[str]) -> str:
        return f"line {written.line_location(int(match[1])).line}"

    place = error.location
    message = _LINE.sub(template_line, TOKEN.sub("{{ … }}", error.message))
    location = written.line_location(place.line, place.column) if place and place.line else place
    return RenderError(message, location=location, hint=error.hint)


def _glued(document: Document, written: Written, files: Mapping[str, str]) -> Iterator[RenderError]:
    """An error for each scalar that contains a token but is not exactly one plain token."""
    for node in _scalars(document.node):
        if OPEN in node.value and (node.tag != PLAIN or not TOKEN.fullmatch(node.value)):
            yield partial_scalar_error(node, written, files)


def _scalars(root: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    waiting = [root] if root is not None else []
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            children = [child for pair in node.value for child in pair] if _is_mapping(node) else node.value
            waiting.extend(reversed(children))


def _is_mapping(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode)
