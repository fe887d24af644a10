"""Change one value in the text of a YAML file that people maintain, and leave the rest as it is.

An edit is a splice at the position of the value: comments, quotes, order, blank lines and line ends
stay byte for byte. The result is loaded again and compared with the expected value; if they differ,
the edit is refused, so a wrong edit is never returned. The rules:

* A new key is added last in its mapping, after comments indented as deep as the mapping's keys. An
  empty `{}` or a null becomes a block on the lines below; `{a: 1}` takes new keys inside its braces.
* A comment after a replaced value stays. A comment block above a removed key stays; a comment inside
  a removed value is removed with it.
* An alias is replaced only where it is written. A value that an alias elsewhere refers to cannot change.
* A key that comes only from `<<` can be set in the mapping itself, but not removed.
"""

import re
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from dlctl.errors import Location, YamlError
from dlctl.json_values import same_json
from dlctl.pattern import pattern
from dlctl.yamlio.block import block_lines, flow_text
from dlctl.yamlio.edit import block_splices as edit_block
from dlctl.yamlio.edit import flow_splices as edit_flow
from dlctl.yamlio.edit.lines import end_of_block, line_end, line_start
from dlctl.yamlio.edit.path import Place, find, outside_alias, sharing_alias
from dlctl.yamlio.edit.splice import Source, Splice, read_source, spliced
from dlctl.yamlio.edit.tree import Node
from dlctl.yamlio.load import Document, load_text
from dlctl.yamlio.values import NoPlace, value_at, with_value, without_value

YamlPath = Sequence[str | int]
_MARK = "\ufeff"
_DOCUMENT_END = pattern(r"^\.\.\.", re.MULTILINE)
_BY_HAND = "edit the file by hand"


def set_value(document_text: str, path: YamlPath, value: Any, *, shown: str) -> str:
    """The text with `value` at `path`; parents that are missing or null become mappings.

    A number in `path` is a list's index, its length to append. `shown` is the file's name in errors.
    Raises YamlError if the text does not load, a parent is neither a mapping nor a list, an alias
    elsewhere refers to the value, or JSON has no form for the value.
    """
    flow_text(value)  # raises YamlError for a value that JSON has no form for
    edit = _edit(document_text, path, shown)
    try:
        expected = with_value(edit.document.value, path, value)
    except NoPlace as error:
        raise edit.error(f"'{dotted(path[: error.depth]) or 'the document'}' {error}") from error
    if edit.place.depth == len(path) and same_json(value_at(edit.document.value, path), value):
        return document_text
    return edit.finish(_set_splices(edit, expected), expected)


def remove(document_text: str, path: YamlPath, *, shown: str, prune_empty: bool = True) -> str:
    """The text without the value at `path`; `prune_empty` also removes the collections that this empties.

    Raises YamlError if there is no value, if it comes from `<<`, or if an alias elsewhere refers to it.
    """
    edit = _edit(document_text, path, shown)
    try:
        value_at(edit.document.value, path)
    except LookupError as error:
        raise edit.error(f"'{dotted(path)}' is not set") from error
    place = edit.place
    if place.node.kind == "alias" and place.depth < len(path):
        expected = without_value(edit.document.value, path)
        return edit.finish(_set_splices(edit, expected), expected)
    if place.depth < len(path):
        raise edit.error(
            f"'{dotted(path)}' comes from a '<<' merge and cannot be removed here",
            hint="remove it from the merged mapping, or set another value here",
        )
    while prune_empty and place.depth > 1 and len(place.parent.items) == 1:
        place = place.up()
    expected = without_value(edit.document.value, path[: place.depth])
    return edit.finish(_remove_splices(edit, place), expected, removed=path[: place.depth])


def rename_key(document_text: str, path: YamlPath, name: str, *, shown: str) -> str:
    """The text with the last key of `path` called `name`, at its place and with its value.

    Raises YamlError if there is no such key, if it comes from `<<`, or if the mapping has the name already.
    """
    edit = _edit(document_text, path, shown)
    place = edit.place
    if place.depth < len(path) or place.parent.items[place.indexes[-1]].key is None:
        raise edit.error(f"'{dotted(path)}' is not set here")
    mapping = value_at(edit.document.value, path[:-1])
    if name in mapping:
        raise edit.error(f"'{dotted([*path[:-1], name])}' already exists")
    renamed = {name if key == path[-1] else key: value for key, value in mapping.items()}
    expected = with_value(edit.document.value, path[:-1], renamed) if len(path) > 1 else renamed
    key = place.parent.items[place.indexes[-1]].key
    assert key is not None
    return edit.finish([Splice(key.start, key.end, flow_text(name))], expected)


def dotted(path: YamlPath) -> str:
    """A path as it is written on the command line."""
    return ".".join(str(step).replace(".", "\\.") for step in path)


class _Edit(Struct, frozen=True):
    """One edit of one text."""

    mark: str
    source: Source
    document: Document
    path: YamlPath
    place: Place

    def finish(self, splices: list[Splice], expected: Any, removed: YamlPath = ()) -> str:
        """Apply the splices. Raises YamlError unless the result loads as `expected`."""
        after = self.mark + spliced(self.source.text, splices)
        try:
            actual = load_text(after, self.document.path).value
        except YamlError as error:
            raise self.error(
                f"'{dotted(self.path)}' uses YAML syntax that dlctl cannot edit", _BY_HAND
            ) from error
        if removed and any(item.merges for item in self.place.parent.items):
            expected = _with_merged(expected, actual, removed)
        if not same_json(actual if actual is not None else type(expected)(), expected):
            raise self._mismatch()
        return after

    def _mismatch(self) -> YamlError:
        alias = sharing_alias(self.place)
        if alias is None:
            return self.unknown_form()
        return self.error(
            f"'{dotted(self.path)}' is shared: alias *{alias.text} in line {alias.line} refers to it",
            "replace the alias with the value first, or edit the file by hand",
        )

    def unknown_form(self) -> YamlError:
        """The error for YAML syntax that edits do not support."""
        return self.error(f"'{dotted(self.path)}' uses YAML syntax that dlctl cannot edit", _BY_HAND)

    def error(self, message: str, hint: str | None = None) -> YamlError:
        """An error with the location of the edit."""
        return YamlError(message, location=self.document.location(self.path), hint=hint)


def _edit(document_text: str, path: YamlPath, shown: str) -> _Edit:
    if not path:
        raise ValueError("a path needs at least one step")
    document = load_text(document_text, shown)
    mark = _MARK if document_text.startswith(_MARK) else ""
    source = read_source(document_text[len(mark) :])
    root = source.root or Node("scalar", len(source.text), len(source.text), 0)
    return _Edit(mark, source, document, path, find(root, path))


def _with_merged(expected: Any, actual: Any, removed: YamlPath) -> Any:
    """`expected` with the values that `<<` still merges in after the removal."""
    try:
        return with_value(expected, removed, value_at(actual, removed))
    except LookupError:
        return expected


def _set_splices(edit: _Edit, expected: Any) -> list[Splice]:
    place, source = edit.place, edit.source
    node, reached = place.node, edit.path[: place.depth]
    opened = node.flow and not node.items and not place.in_flow()
    if place.depth == len(edit.path) or not node.is_collection or (opened and node.kind == "mapping"):
        return _replace(edit, place, value_at(expected, reached))
    step = edit.path[place.depth]
    value = value_at(expected, [*reached, step])
    if node.kind == "mapping":
        insert = edit_flow.insert_entry if node.flow else edit_block.insert_entry
        return insert(source, node, str(step), value)
    append = edit_flow.insert_item if node.flow else edit_block.insert_item
    return append(source, node, value)


def _replace(edit: _Edit, place: Place, value: Any) -> list[Splice]:
    _refuse_lost_anchor(edit, [place.node])
    if place.depth == 0:
        return _fill_document(edit.source, place.node, value)
    replace = edit_flow.replace_value if place.in_flow() else edit_block.replace_value
    try:
        return replace(edit.source, place.parent, place.indexes[-1], value)
    except edit_block.NotEditable as error:
        raise edit.error(
            f"'{dotted(edit.path)}' uses YAML syntax that dlctl cannot edit", _BY_HAND
        ) from error


def _remove_splices(edit: _Edit, place: Place) -> list[Splice]:
    parent, index = place.parent, place.indexes[-1]
    item = parent.items[index]
    _refuse_lost_anchor(edit, [item.value, *([item.key] if item.key else [])])
    if parent.flow or place.in_flow():
        return edit_flow.remove_entry(edit.source, parent, index)
    if len(parent.items) == 1 and place.depth > 1:
        return _replace(edit, place.up(), {} if parent.kind == "mapping" else [])
    splices = edit_block.remove_entry(edit.source, parent, index)
    if len(parent.items) == 1 and _DOCUMENT_END.search(edit.source.text, parent.end):
        start, empty = splices[0].start, "{}" if parent.kind == "mapping" else "[]"
        splices.append(Splice(start, start, empty + edit.source.newline))  # '...' needs a document before it
    return splices


def _fill_document(source: Source, node: Node, value: Any) -> list[Splice]:
    """Write the first lines of a document that is empty, null or `{}`."""
    lines = block_lines(value, source.style)
    begin, stop = line_start(source.text, node.start), line_end(source.text, node.end)
    if node.start < node.end and not (source.text[begin : node.start] + source.text[node.end : stop]).strip():
        return [Splice(begin, stop, source.newline.join(lines))]
    cut = Splice(node.start, node.end)
    position = end_of_block(source.text, node.end, 0)
    return [cut, edit_block.lines_at(source, position, lines, 0)]


def _refuse_lost_anchor(edit: _Edit, dropped: list[Node]) -> None:
    root = edit.source.root
    alias = outside_alias(root, dropped) if root else None
    if alias:
        raise YamlError(
            f"'{dotted(edit.path)}' cannot be removed: alias *{alias.text} in line {alias.line} refers to it",
            location=Location(edit.document.path, alias.line),
            hint="replace the alias with the value first, or edit the file by hand",
        )
