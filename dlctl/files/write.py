"""Write several files: changes are values, written under one lock, each file atomically.

A file is replaced by rename(2): its new bytes are first written next to it and flushed to disk, so that
a full disk, a kill or a power failure leaves the old or the new file. Several files are all prepared
before the first rename, and restored if a later one fails; only a kill between two renames can leave
some files new and others old. The next write removes temporary files of a killed command.
"""

import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from dlctl.errors import FileError, Location
from dlctl.files.folders import new_folder
from dlctl.files.lock import TIMEOUT, app_lock
from dlctl.files.replace import Replacement, write_error, write_in_progress, written_file


class FileChange(Struct, frozen=True):
    """A file's bytes before and after the change; None means that there is no file."""

    path: Path
    before: bytes | None
    after: bytes | None


def change_of(path: Path, after: bytes | None) -> FileChange:
    """A change from the file's current content. Raises FileError if it cannot be read."""
    return FileChange(path, _content(path), after)


def write(changes: Sequence[FileChange], *, root: Path, timeout: float = TIMEOUT) -> None:
    """Write changes that were computed without the lock.

    Raises FileError if a file has changed since it was read, and like `edit_files`.
    """
    edit_files(root, lambda: changes, timeout=timeout)


def edit_files(
    root: Path, compute: Callable[[], Sequence[FileChange]], *, timeout: float = TIMEOUT
) -> tuple[FileChange, ...]:
    """Take the app's lock, compute changes from the current files, write them and return them.

    `compute` only reads, and must not call this function. A missing root is created, and removed again if
    nothing is written. Raises the errors of `compute`, and FileError if the lock is not released in time,
    a path leads out of the app, or a file cannot be written; then nothing is changed.
    """
    with new_folder(root), app_lock(root, timeout=timeout):
        changes = tuple(compute())
        wanted = [change for change in changes if change.before != change.after]
        if len({change.path for change in wanted}) < len(wanted):
            raise ValueError("two changes of one file")
        for change in wanted:
            _check(change, root)
        if wanted:
            with write_in_progress(root):
                _replace_all(wanted, root)
    return changes


def _check(change: FileChange, root: Path) -> None:
    location = Location(str(change.path))
    if ".." in change.path.parts or not change.path.is_relative_to(root):
        raise FileError(f"is not inside the app at {root}", location=location)
    if _content(change.path) != change.before:
        problem = "already exists" if change.before is None else "was changed by another program"
        raise FileError(problem, location=location, hint="check it, then retry")


def _content(path: Path) -> bytes | None:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            written_file(path)  # a read of a pipe or a device might not end
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise write_error(error, path) from error


def _replace_all(changes: Sequence[FileChange], root: Path) -> None:
    replacements: list[Replacement] = []
    path = root
    try:
        for change in changes:
            path = change.path
            replacements.append(Replacement(path, root))
            replacements[-1].prepare(change.after, keep_old=len(changes) > 1)
        for replacement in replacements:
            path = replacement.path
            replacement.commit()
    except BaseException as error:
        for replacement in reversed(replacements):
            replacement.undo()
        if isinstance(error, OSError):
            raise write_error(error, path) from error
        raise
    for replacement in replacements:
        replacement.finish()
