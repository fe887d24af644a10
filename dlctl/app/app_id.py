"""The id of an app: a UUID in dlctl.yaml, which tells apart apps of one name.

Clones of one repository have the same id and are one owner of what they apply; two folders whose apps are
only called the same are two.
"""

import uuid
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from dlctl.app.discover import APP_FILE
from dlctl.files.write import FileChange
from dlctl.yamlio.edit.change import set_value
from dlctl.yamlio.load import load_text, text_of


def new_id() -> str:
    """A new random id."""
    return str(uuid.uuid4())


def with_app_id(root: Path, changes: Sequence[FileChange]) -> tuple[FileChange, ...]:
    """The changes; one of a dlctl.yaml without an id adds one."""
    return tuple(_identified(each) if each.path == root / APP_FILE else each for each in changes)


def adds_app_id(root: Path, change: FileChange) -> bool:
    """Whether a change gives an existing dlctl.yaml its id."""
    if change.path != root / APP_FILE or change.before is None or change.after is None:
        return False
    return _has_id(change.after) and not _has_id(change.before)


def _has_id(content: bytes) -> bool:
    document = load_text(text_of(content, APP_FILE), APP_FILE).value
    return isinstance(document, dict) and "id" in document


def _identified(change: FileChange) -> FileChange:
    if change.before is None or change.after is None or change.before == change.after:
        return change
    text = text_of(change.after, APP_FILE)
    if _has_id(change.after) or not isinstance(load_text(text, APP_FILE).value, dict):
        return change
    return replace(change, after=_added(text, new_id()).encode())


def _added(text: str, app_id: str) -> str:
    """The id in a line of its own after the name's; where it has no such line, as the last key."""
    expected = {**load_text(text, APP_FILE).value, "id": app_id}
    lines = text.splitlines(keepends=True)
    for index, line in enumerate(lines):
        if line.startswith("name:"):
            end = line[len(line.rstrip("\r\n")) :] or "\n"
            tried = "".join([*lines[: index + 1], f"id: {app_id}{end}", *lines[index + 1 :]])
            if load_text(tried, APP_FILE).value == expected:
                return tried
    return set_value(text, ("id",), app_id, shown=APP_FILE)
