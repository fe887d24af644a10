"""Splices inside `{ }` and `[ ]`, on one line or over several."""

from typing import Any

from dlctl.yamlio.block import flow_entry, flow_text
from dlctl.yamlio.edit.lines import column, entry_start, indicator, line_end, line_start, next_line
from dlctl.yamlio.edit.splice import Source, Splice
from dlctl.yamlio.edit.tree import Node


def insert_entry(source: Source, mapping: Node, key: str, value: Any) -> list[Splice]:
    """Add `key: value` at the end of a flow mapping."""
    return _insert(source, mapping, flow_entry(key, value))


def insert_item(source: Source, sequence: Node, value: Any) -> list[Splice]:
    """Add an item at the end of a flow sequence."""
    return _insert(source, sequence, flow_text(value))


def _insert(source: Source, node: Node, entry: str) -> list[Splice]:
    opening = _opening(source.text, node)
    if opening is None:  # a single pair in a list, `[a: 1]`, is a mapping without braces
        return [Splice(node.start, node.start, "{"), Splice(node.end, node.end, f", {entry}}}")]
    if not node.items:
        pad = " " if source.text[opening + 1] == " " else ""
        return [Splice(opening + 1, opening + 1, pad + entry)]
    if _has_own_line(source.text, node, len(node.items) - 1):
        return _insert_line(source, node, entry)
    end = node.items[-1].end
    return [Splice(end, end, ", " + entry)]


def _insert_line(source: Source, node: Node, entry: str) -> list[Splice]:
    """Add a line if each entry has its own line; with a trailing comma if the last one has one."""
    text, last = source.text, node.items[-1]
    comma = indicator(text, last.end, node.end - 1, ",")
    line = source.newline + " " * column(text, last.start) + entry
    after = last.end if comma is None else comma + 1
    end = min(line_end(text, after), node.end - 1)
    if comma is not None:
        return [Splice(end, end, line + ",")]
    return [Splice(after, after, ","), Splice(end, end, line)]


def replace_value(source: Source, parent: Node, index: int, value: Any) -> list[Splice]:
    """Replace a value in a flow collection; the new value is written on one line."""
    item = parent.items[index]
    new = flow_text(value)
    if item.value.start < item.value.end or item.key is None:
        return [Splice(item.value.start, item.value.end, new)]
    colon = indicator(source.text, item.key.end, item.value.start, ":")
    if colon is None:
        return [Splice(item.key.end, item.key.end, ": " + new)]
    return [Splice(colon + 1, colon + 1, " " + new)]


def remove_entry(source: Source, parent: Node, index: int) -> list[Splice]:
    """Remove an entry from a flow collection, with one of the commas next to it."""
    text = source.text
    if len(parent.items) == 1:
        return [_empty(text, parent)]
    start = entry_start(parent, index, text)
    if _has_own_line(text, parent, index) and line_end(text, parent.items[index].end) < parent.end - 1:
        return [Splice(line_start(text, start), next_line(text, parent.items[index].end))]
    if index + 1 < len(parent.items):
        return [_with_comma_after(text, parent, index, start)]
    return _with_comma_before(text, parent, index, start)


def _with_comma_after(text: str, parent: Node, index: int, start: int) -> Splice:
    following = entry_start(parent, index + 1, text)
    gap = text[parent.items[index].end : following]
    if gap.strip() == ",":
        return Splice(start, following)
    comma = indicator(text, parent.items[index].end, following, ",")
    return Splice(start, following if comma is None else comma + 1)


def _with_comma_before(text: str, parent: Node, index: int, start: int) -> list[Splice]:
    before, end = parent.items[index - 1].end, parent.items[index].end
    if text[before:start].strip() == ",":
        return [Splice(before, end)]
    comma = indicator(text, before, start, ",")
    return [Splice(start, end)] if comma is None else [Splice(comma, comma + 1), Splice(start, end)]


def _empty(text: str, node: Node) -> Splice:
    """Remove the only entry and the blanks around it; comments stay."""
    opening = _opening(text, node)
    only = node.items[0]
    if opening is None:
        return Splice(node.start, node.end, "{}")
    if "#" not in text[opening : only.start] + text[only.end : node.end]:
        return Splice(opening + 1, node.end - 1)
    comma = indicator(text, only.end, node.end - 1, ",")
    return Splice(entry_start(node, 0, text), only.end if comma is None else comma + 1)


def _opening(text: str, node: Node) -> int | None:
    """The position of the opening bracket; None for a mapping without braces."""
    stop = node.items[0].start if node.items else node.end
    return indicator(text, node.start, stop, "{" if node.kind == "mapping" else "[")


def _has_own_line(text: str, node: Node, index: int) -> bool:
    """Whether no other part of the collection is on the entry's lines, before it or after its comma."""
    start, end = entry_start(node, index, text), node.items[index].end
    if text[line_start(text, start) : start].strip():
        return False
    return index + 1 == len(node.items) or line_end(text, end) < node.items[index + 1].start
