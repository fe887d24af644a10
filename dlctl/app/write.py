"""Write changes of an app's files."""

from collections.abc import Callable, Sequence
from pathlib import Path

from dlctl.app.app_id import with_app_id
from dlctl.app.inside import require_inside
from dlctl.files.write import FileChange, edit_files


def edit_app(root: Path, compute: Callable[[], Sequence[FileChange]]) -> tuple[FileChange, ...]:
    """`edit_files` for an app: the first change of a dlctl.yaml that has no id adds one.

    Raises AppError for a file in a folder that is reached by a link that leads out of the app.
    """
    return edit_files(root, lambda: _inside(root, with_app_id(root, compute())))


def _inside(root: Path, changes: Sequence[FileChange]) -> Sequence[FileChange]:
    for folder in {change.path.parent for change in changes}:
        require_inside(root, folder)
    return changes
