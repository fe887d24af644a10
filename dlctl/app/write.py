"""Write changes of an app's files."""

from collections.abc import Callable, Sequence
from pathlib import Path

from dlctl.app.app_id import with_app_id
from dlctl.files.write import FileChange, edit_files


def edit_app(root: Path, compute: Callable[[], Sequence[FileChange]]) -> tuple[FileChange, ...]:
    """`edit_files` for an app: the first change of a dlctl.yaml that has no id adds one."""
    return edit_files(root, lambda: with_app_id(root, compute()))
