"""Find files; an entry that cannot be read is an error, never treated as missing."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from dlctl.errors import FileError, Location
from dlctl.yamlio.limited import read_limited


def file_exists(path: Path, shown: str | None = None) -> bool:
    """Whether there is a file at `path`; `shown` is its name in errors.

    Raises FileError if there is a folder, a broken link or a device instead: ignoring it would treat the
    file as empty.
    """
    if path.is_file():
        return True
    if not os.path.lexists(path):
        return False
    broken = path.is_symlink() and not path.exists()
    raise FileError(
        "is a broken symbolic link" if broken else "is not a file",
        location=Location(shown or str(path)),
        hint="replace it with a file, or remove it",
    )


def read_file(path: Path, shown: str | None = None, *, regular: bool = False) -> bytes:
    """The bytes of a file; `shown` is its name in errors.

    Raises FileError if it cannot be read, is too large or, with `regular`, is no regular file.
    """
    try:
        return read_limited(path, regular=regular)
    except OSError as error:
        raise _unreadable(error, shown or str(path)) from error


def is_present(path: str) -> bool:
    """Whether there is anything of this name. Raises FileError if its folder cannot be searched."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise _unreadable(error, str(Path(path).parent)) from error
    return True


def names_in(top: str) -> list[str]:
    """The names in a folder, sorted, without hidden ones; none if it does not exist.

    Raises FileError if it cannot be read, or is not a folder.
    """
    try:
        return _visible(os.listdir(top))  # noqa: PTH208 - a path object for each would cost more than the rest
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unreadable(error, top) from error


def folders_in(top: str, *, follow: bool = False) -> list[str]:
    """The names of the folders in a folder, sorted, without hidden ones; none if it does not exist.

    Links to folders count only with `follow`. Raises FileError if it cannot be read, or is not a folder.
    """
    if not is_present(top):
        return []
    try:
        with os.scandir(top) as entries:
            names = [each.name for each in entries if each.is_dir() and (follow or not each.is_symlink())]
    except OSError as error:
        raise _unreadable(error, top) from error
    return _visible(names)


def walk(
    top: Path, shown: Callable[[Path], str] = str, *, follow: bool = False
) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Each folder from `top` down with the names of its folders and files, sorted, without hidden ones.

    Yields nothing if `top` does not exist. The caller may remove names from the list of folders to skip
    them. Links to folders are listed, but followed only with `follow`. Raises FileError if a folder cannot
    be read, or if `top` is not a folder.
    """

    def refuse(error: OSError) -> NoReturn:
        raise _unreadable(error, shown(Path(error.filename))) from error

    for at, folders, files in _all(top, refuse, follow):
        folders[:] = _visible(folders)
        yield Path(at), folders, _visible(files)


def _unreadable(error: OSError, shown: str) -> FileError:
    return FileError(f"cannot be read: {error.strerror}", location=Location(shown))


def _all(
    top: Path, refuse: Callable[[OSError], object], follow: bool
) -> Iterator[tuple[str, list[str], list[str]]]:
    return os.walk(top, onerror=refuse, followlinks=follow) if os.path.lexists(top) else iter(())


def _visible(names: list[str]) -> list[str]:
    return sorted(name for name in names if not name.startswith("."))
