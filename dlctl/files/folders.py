"""Create folders atomically."""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from dlctl.files.replace import write_error


@contextlib.contextmanager
def new_folder(root: Path) -> Iterator[None]:
    """Create a folder and its parents if missing; new folders that stay empty are removed again.

    Raises FileError if it cannot be created.
    """
    missing = [folder for folder in (root, *root.parents) if not folder.exists()]
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(error, root) from error
    try:
        yield
    finally:
        for folder in missing:
            with contextlib.suppress(OSError):
                folder.rmdir()


def create_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Create a folder with these files, by path in the folder, atomically.

    The folder may exist if it is empty. Raises FileError if it cannot be created.
    """
    with new_folder(folder.parent):
        try:
            _create(folder, files)
        except OSError as error:
            raise write_error(error, folder) from error


def _create(folder: Path, files: Mapping[str, str]) -> None:
    """Write everything to a temporary folder next to it, then rename that."""
    import tempfile

    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, text in files.items():
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        umask = os.umask(0)
        os.umask(umask)
        staging.chmod(0o777 & ~umask)  # mkdtemp creates private folders
        staging.rename(folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


_NEW = ".dlctl-"
_NEW_END = ".new"


def place_folder(folder: Path, files: Mapping[str, tuple[bytes, bool]]) -> None:
    """Put a folder with these files in place, complete or not at all; what is there is replaced.

    `files` has bytes and whether the file is executable, by path in the folder. The caller holds a lock, so
    that what a killed command left beside the folder can be removed. Raises FileError.
    """
    import tempfile

    with new_folder(folder.parent):
        try:
            _drop_abandoned(folder.parent)
            staging = Path(tempfile.mkdtemp(prefix=_NEW, suffix=_NEW_END, dir=folder.parent))
            try:
                _fill(staging, files)
                _swap(staging, folder)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
        except OSError as error:
            raise write_error(error, folder) from error


def remove_folder(folder: Path) -> None:
    """Remove a folder: it disappears at once, then its files are deleted. Raises FileError."""
    import tempfile

    try:
        _drop_abandoned(folder.parent)
        if os.path.lexists(folder):
            staging = Path(tempfile.mkdtemp(prefix=_NEW, suffix=_NEW_END, dir=folder.parent))
            folder.rename(staging / "old")
            shutil.rmtree(staging, ignore_errors=True)
    except FileNotFoundError:
        return
    except OSError as error:
        raise write_error(error, folder) from error


def _drop_abandoned(parent: Path) -> None:
    """Remove the temporary folders of killed commands."""
    for name in parent.glob(f"{_NEW}*{_NEW_END}"):
        shutil.rmtree(name, ignore_errors=True)


def _fill(staging: Path, files: Mapping[str, tuple[bytes, bool]]) -> None:
    umask = os.umask(0)
    os.umask(umask)
    made = {staging}
    content = staging / "new"
    for name, (data, executable) in files.items():
        path = content / name
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(data)
        if executable:
            path.chmod(0o777 & ~umask)
    content.mkdir(exist_ok=True)


def _swap(staging: Path, folder: Path) -> None:
    """Rename the new folder into place; the old one goes aside first and comes back if that fails."""
    old = staging / "old"
    if os.path.lexists(folder):
        folder.rename(old)
    try:
        (staging / "new").rename(folder)
    except BaseException:
        if old.exists():
            old.rename(folder)
        raise
