"""Folders that are made whole, or go again."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from dlctl.files.replace import write_error


@contextlib.contextmanager
def new_folder(root: Path) -> Iterator[None]:
    """A folder that may be new, with those above it; taken back when nothing came to stand in it.

    Raises FileError where it cannot be made.
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
    """Make a folder with these files, by their paths in it: all of it is there, or nothing.

    An empty folder may be there already. Raises FileError where it cannot be made.
    """
    with new_folder(folder.parent):
        try:
            _create(folder, files)
        except OSError as error:
            raise write_error(error, folder) from error


def _create(folder: Path, files: Mapping[str, str]) -> None:
    """Write everything beside the folder, then give it its name."""
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, text in files.items():
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        umask = os.umask(0)
        os.umask(umask)
        staging.chmod(0o777 & ~umask)  # mkdtemp makes private folders; this one is not private
        staging.rename(folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
