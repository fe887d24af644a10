"""Splices in block collections: they add and remove whole lines and keep comments."""

from typing import Any

from dlctl.pattern import pattern
from dlctl.yamlio.block import block_lines, entry_lines, flow_text, is_block
from dlctl.yamlio.edit.lines import (
    at_line_start,
    column,
    end_of_block,
    end_of_lines,
    entry_start,
    first_column,
    indicator,
    line_end,
    line_start,
    next_line,
)
from dlctl.yamlio.edit.splice import Source, Splice
from dlctl.yamlio.edit.tree import Node

_HEADER = pattern(r"(?:[&!]\S*\s+)*[|>][-+0-9]*")
_CODE = pattern(r"(?:[^#\r\n]|(?<=\S)#)*")


class NotEditable(Exception):  # noqa: N818 - internal; change.py turns it into a YamlError
    """YAML syntax that edits do not support."""


def insert_entry(source: Source, mapping: Node, key: str, value: Any) -> list[Splice]:
    """Add `key: value` at the end of a block mapping."""
    return _insert_lines(source, mapping, entry_lines(key, value, source.style))


def insert_item(source: Source, sequence: Node, value: Any) -> list[Splice]:
    """Add an item at the end of a block sequence."""
    return _insert_lines(source, sequence, block_lines([value], source.style))


def _insert_lines(source: Source, node: Node, lines: list[str]) -> list[Splice]:
    indentation = first_column(node, source.text)
    position = end_of_block(source.text, node.end, indentation)
    return [lines_at(source, position, lines, indentation)]


def lines_at(source: Source, position: int, lines: list[str], indentation: int) -> Splice:
    """Insert whole lines after the line that ends at `position`, or before the one that starts there."""
    block = source.newline.join(_indented(lines, indentation))
    if at_line_start(source.text, position):
        return Splice(position, position, block + source.newline)
    return Splice(position, position, source.newline + block + _last_line_end(source, position))


def _last_line_end(source: Source, position: int) -> str:
    """At the end of a text without a line end: the last line of a block scalar needs one to have its own."""
    return source.newline if position == len(source.text) else ""


def _indented(lines: list[str], indentation: int) -> list[str]:
    pad = " " * indentation
    return [pad + line if line else line for line in lines]


def replace_value(source: Source, parent: Node, index: int, value: Any) -> list[Splice]:
    """Replace a value in a block collection.

    A comment after the value stays, as does one after the key of a value on separate lines; comments
    between those lines are removed with them. Raises NotEditable for a `? key` without its `:`.
    """
    old = parent.items[index].value
    head, body = _rendered(source, parent, index, value)
    after = _after_indicator(source, parent, index)
    if not body and not old.in_block and old.style not in ("|", ">"):
        if old.start == old.end:
            return [Splice(after, after, " " + head)]
        return [Splice(old.start, old.end, head)]
    head = " " + head if head else ""
    below = _starts_below(source.text, old, after)
    if old.in_block and not below:
        stop = end_of_lines(source.text, old.end)
        return [Splice(after, stop, head + _below(source, body, stop))]
    cut = _end_of_code(source.text, after) if below else _end_of_head(source.text, old)
    line = line_end(source.text, cut)
    if old.start == old.end:  # `key:` alone: comments below it, indented deeper than the key, stay first
        deeper = column(source.text, entry_start(parent, index, source.text)) + 1
        line = end_of_block(source.text, cut, deeper)
    stop = end_of_lines(source.text, old.end) if below or old.style in ("|", ">") else line
    return [Splice(after, cut, head), Splice(line, stop, _below(source, body, stop))]


def _rendered(source: Source, parent: Node, index: int, value: Any) -> tuple[str, list[str]]:
    """The text after the `:` or `-` on its line, and the indented lines below."""
    old = parent.items[index].value
    if is_block(value) and (_stays_flow(old) or _short_list(old, value)):
        return flow_text(value), []
    if parent.kind == "mapping":
        lines = entry_lines("k", value, source.style)
    else:
        lines = block_lines([value], source.style)
    indentation = column(source.text, entry_start(parent, index, source.text))
    return lines[0][2:].strip(), _indented(lines[1:], indentation) if lines[1:] else []


def _stays_flow(old: Node) -> bool:
    return old.flow and bool(old.items)


def _short_list(old: Node, value: Any) -> bool:
    """Whether a list stays in flow style: `[]` does unless its items are collections; `{}` never does."""
    return old.flow and old.kind == "sequence" and isinstance(value, list) and not any(map(is_block, value))


def _below(source: Source, body: list[str], stop: int) -> str:
    text = source.newline.join(["", *body]) if body else ""
    # The removed text ends with a line end where a block scalar keeps its blank lines.
    return text + source.newline if at_line_start(source.text, stop) else text


def _after_indicator(source: Source, parent: Node, index: int) -> int:
    item = parent.items[index]
    if item.key is None:
        return entry_start(parent, index, source.text) + 1
    colon = indicator(source.text, item.key.end, item.value.start, ":")
    if colon is None:
        raise NotEditable("a key without ':'")
    return colon + 1


def _starts_below(text: str, old: Node, after: int) -> bool:
    """Whether a value starts below the line of its `:` or `-`; its anchor or tag may be on that line."""
    return (entry_start(old, 0, text) if old.in_block else old.start) > line_end(text, after)


def _end_of_head(text: str, old: Node) -> int:
    """The end of a value or of a block scalar's header, without a comment after it."""
    header = _HEADER.match(text, old.start) if old.style in ("|", ">") else None
    return header.end() if header else old.end


def _end_of_code(text: str, position: int) -> int:
    """The end of the line without its comment."""
    code = _CODE.match(text, position, line_end(text, position))
    return position + len(code.group().rstrip()) if code else position


def remove_entry(source: Source, parent: Node, index: int) -> list[Splice]:
    """Remove an entry's lines from a block collection that has others; comments above it stay."""
    text = source.text
    start = entry_start(parent, index, text)
    stop = end_of_lines(text, parent.items[index].end)
    begin = line_start(text, start)
    if not text[begin:start].strip():
        return [Splice(begin, stop if at_line_start(text, stop) else next_line(text, stop))]
    if index + 1 == len(parent.items):
        return [Splice(start, stop)]
    following = entry_start(parent, index + 1, text)
    return [Splice(start, stop if text[stop:following].strip() else following)]
