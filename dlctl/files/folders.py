"""Create folders atomically."""

import contextlib
import os
import shutil
import tempfile
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
