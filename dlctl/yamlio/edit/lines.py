"""Lines, blanks and comments of a YAML text: positions where text can be removed or inserted."""

import re

from dlctl.pattern import pattern
from dlctl.yamlio.block import Style
from dlctl.yamlio.edit.tree import Node

_BREAK = pattern("\r\n?|[\n\x85\u2028\u2029]")
"""Line ends as libyaml, a YAML 1.1 reader, recognizes them (YAML 1.1, section 5.4)."""
_COMMENT = pattern("(?:(?<=[ \t\r\n])|^)#[^\r\n\x85\u2028\u2029]*", re.MULTILINE)
_PROPERTY = pattern(r"[&!]\S*")
_BLANKS = " \t"


def line_start(text: str, position: int) -> int:
    """The start of the line at `position`."""
    start = text.rfind("\n", 0, position) + 1
    for sign in "\r\x85\u2028\u2029":
        start = max(start, text.rfind(sign, start, position) + 1)
    return start


def line_end(text: str, position: int) -> int:
    """The end of the line at `position`, before its line end."""
    found = _BREAK.search(text, position)
    return found.start() if found else len(text)


def next_line(text: str, position: int) -> int:
    """The start of the line after `position`, or the end of the text."""
    found = _BREAK.search(text, position)
    return found.end() if found else len(text)


def at_line_start(text: str, position: int) -> bool:
    """Whether `position` is the start of a line."""
    return line_start(text, position) == position


def column(text: str, position: int) -> int:
    """The number of characters before `position` on its line."""
    return position - line_start(text, position)


def newline_of(text: str) -> str:
    """The line end that the file uses."""
    found = _BREAK.search(text)
    return found.group() if found and found.group() in ("\r\n", "\n") else "\n"


def indicator(text: str, begin: int, end: int, sign: str) -> int | None:
    """The position of `sign` between two nodes; comments, anchors and tags are skipped."""
    while begin < end:
        passed = _COMMENT.match(text, begin) or _PROPERTY.match(text, begin)
        if passed:
            begin = passed.end()
        elif text[begin] == sign:
            return begin
        else:
            begin += 1
    return None


def end_of_lines(text: str, node_end: int) -> int:
    """The end of the line where a node ends, including a comment after it."""
    if node_end > 0 and at_line_start(text, node_end):
        return node_end  # a block scalar, including the blank lines that it keeps
    return line_end(text, node_end)


def end_of_block(text: str, node_end: int, indentation: int) -> int:
    """The position for a new entry: after the block's last line and its comments.

    A comment belongs to the block if it is indented at least as deep as the block's entries.
    """
    end = end_of_lines(text, node_end)
    position = end if at_line_start(text, end) and end > 0 else next_line(text, end)
    while position < len(text):
        stop = line_end(text, position)
        line = text[position:stop]
        content = line.lstrip(_BLANKS)
        if content and not (content.startswith("#") and len(line) - len(content) >= indentation):
            break
        if content:
            end = stop
        position = next_line(text, position)
    return end


def detect_style(root: Node | None, text: str) -> Style:
    """The indentation that the file uses: that of the first mapping and the first list inside a mapping."""
    found: dict[str, int] = {}
    for node in root.walk() if root else ():
        for index, item in enumerate(node.items if node.in_block and node.kind == "mapping" else ()):
            if item.value.in_block and item.value.kind not in found:
                own = column(text, entry_start(node, index, text))
                found[item.value.kind] = max(first_column(item.value, text) - own, 0)
        if len(found) == 2:
            break
    list_offset = found.get("sequence", 0)
    return Style(found.get("mapping") or list_offset or 2, list_offset)


def first_column(node: Node, text: str) -> int:
    """The column of a block collection's keys or dashes."""
    first = node.items[0]
    if node.kind == "mapping":
        return column(text, entry_start(node, 0, text))
    found = indicator(text, node.start, first.start, "-")
    return column(text, first.start if found is None else found)


def entry_start(node: Node, index: int, text: str) -> int:
    """Where an entry of a block collection starts: at its `-`, its `?`, or its key."""
    item = node.items[index]
    begin = node.items[index - 1].end if index else node.start
    found = indicator(text, begin, item.start, "-" if node.kind == "sequence" else "?")
    return item.start if found is None else found
