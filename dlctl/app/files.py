"""Is a file of the app there? Only a file will do: anything else in its place is somebody's slip."""

import os
from pathlib import Path

from dlctl.errors import AppError, Location


def is_there(path: Path, shown: str | None = None) -> bool:
    """Whether there is a file at `path`; `shown` is what errors call it.

    Raises AppError for a folder, a broken link or a device in its place: to pass over it would be
    to act as if the file were empty.
    """
    if path.is_file():
        return True
    if not os.path.lexists(path):
        return False
    broken = path.is_symlink() and not path.exists()
    raise AppError(
        "is a link that leads nowhere" if broken else "is not a file",
        location=Location(shown or str(path)),
        hint="put the file in its place, or remove it",
    )
