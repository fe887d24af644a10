"""Skeletons: the output of templates, parsed as YAML once and filled many times."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from msgspec import Struct

from dlctl.errors import RenderError, YamlError, joined
from dlctl.pattern import pattern
from dlctl.render.engine.budget import Budget
from dlctl.render.engine.skeleton.filling import Fill, Filling, prepare
from dlctl.render.engine.skeleton.partial_scalar import partial_scalar_error
from dlctl.render.engine.skeleton.parts import Part, parts_of
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
        found = self._known.get(text)
        if found is None and (parts := self._in_parts(text, written)):
            return _filled(parts, written, budget)
        if found is None:
            found = _parse(text, written, self.files)
            self._keep(text, found)
        return _filled([(Part(text, 0, 0), found)], written, budget)

    def _in_parts(self, text: str, written: Written) -> "list[_PreparedPart]":
        """The prepared parts of a text of many documents, of which those of one shape are parsed once.

        Empty where that is not possible; also where there are errors: the whole text gives their places.
        """
        prepared: list[_PreparedPart] = []
        for part in parts_of(text):
            found = self._known.get(part.shape)
            if found is None:
                try:
                    found = _parse(part.numbered(), written, self.files)
                except RenderError:
                    return []
                if any(OPEN in part.shape[: one.offset] for one in found):
                    return []  # its place depends on the length of a number
                self._keep(part.shape, found)
            prepared.append((part, found))
        return prepared

    def _keep(self, text: str, prepared: tuple[_Prepared, ...]) -> None:
        if len(text) <= MAX_KEPT_TEXT:
            if len(self._known) >= MAX_KEPT:
                self._known.pop(next(iter(self._known)), None)
            self._known[text] = prepared


_PreparedPart = tuple[Part, tuple[_Prepared, ...]]


def _filled(parts: Sequence[_PreparedPart], written: Written, budget: Budget) -> list[tuple[Any, int]]:
    """The values of prepared parts, with their offsets in the whole text; none is omitted."""
    for _, prepared in parts:
        for one in prepared:
            budget.write(one.size, 0)  # aliases are copied: a short text may stand for a large value
    filled: list[tuple[Any, int]] = []
    for part, prepared in parts:
        filling = Filling(written.tokens, budget, part.first)
        for one in prepared:
            value = one.fill(filling)
            if value is not None:
                filled.append((value, part.offset + one.offset))
    return filled


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
    """The parser's error, with skeleton lines replaced by template lines in location, message and hint.

    Of a duplicate key there is no hint: a loop or an expression may have made it.
    """

    def template_line(match: re.Match[str]) -> str:
        return f"line {written.line_location(int(match[1])).line}"

    place = error.location
    message = _LINE.sub(template_line, TOKEN.sub("{{ … }}", error.message))
    location = written.line_location(place.line, place.column) if place and place.line else place
    hint = "" if message.startswith("duplicate key") else _LINE.sub(template_line, error.hint or "")
    return RenderError(message, location=location, hint=hint or None)


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
