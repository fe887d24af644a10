"""A registry in a directory of this machine."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from dlctl.errors import Location, RegistryError
from dlctl.registry.packages.content import MAX_DEPTH, MAX_FILES, is_part
from dlctl.registry.packages.tree import Entry, EntryKind
from dlctl.registry.prototypes.source import SHARED

_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class DirectoryTree(Struct, frozen=True):
    """The files below a directory. No symbolic link is followed, and nothing but files is opened."""

    root: Path
    revision: str = ""

    @property
    def shown(self) -> str:
        """The directory."""
        return str(self.root)

    def artifact(self, folder: str) -> str:
        """Empty: a package is part of the whole."""
        return ""

    def shared(self, folder: str) -> str:
        """The one folder of what all packages share."""
        return SHARED

    def folders(self) -> tuple[str, ...]:
        """The names of the folders in the directory, sorted. Raises RegistryError."""
        try:
            with os.scandir(self.root) as entries:
                return tuple(sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False)))
        except OSError as error:
            raise self._unreadable(error) from error

    def entries(self, folder: str) -> tuple[Entry, ...]:
        """Everything below a folder, except folders. Raises RegistryError."""
        found: list[Entry] = []
        for entry in self._below(folder, 0):
            if len(found) > MAX_FILES:
                break  # the check of the content refuses it
            found.append(entry)
        return tuple(found)

    def read(self, paths: Sequence[str], limit: int) -> Mapping[str, bytes]:
        """The files among these paths. Raises RegistryError."""
        found: dict[str, bytes] = {}
        for path in paths:
            data = self._read(path, limit)
            if data is not None:
                found[path] = data
                limit -= len(data)
        return found

    def _below(self, folder: str, depth: int) -> Iterator[Entry]:
        if depth > MAX_DEPTH:
            yield Entry(f"{folder}/…", EntryKind.FILE)  # too deep: refused by its name
            return
        try:
            with os.scandir(self.root / folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise self._unreadable(error) from error
        for entry in entries:
            path = f"{folder}/{entry.name}"
            if not is_part(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._below(path, depth + 1)
            else:
                yield _entry(path, entry)

    def _read(self, path: str, limit: int) -> bytes | None:
        """The bytes of a file, opened from folder to folder, so that no link is followed on the way."""
        *folders, name = path.split("/")
        at = -1
        try:
            at = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            for folder in folders:
                below = os.open(folder, _OPEN | os.O_DIRECTORY, dir_fd=at)
                os.close(at)
                at = below
            descriptor = os.open(name, _OPEN, dir_fd=at)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unreadable(error, path) from error
        finally:
            if at >= 0:
                os.close(at)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            data = file.read(limit + 1)
        if len(data) > limit:
            raise RegistryError("files are too large", location=Location(str(self.root / path)))
        return data

    def _unreadable(self, error: OSError, path: str = "") -> RegistryError:
        place = self.root / path if path else self.root
        return RegistryError(f"cannot be read: {error.strerror}", location=Location(str(place)))


def _entry(path: str, entry: "os.DirEntry[str]") -> Entry:
    if entry.is_symlink():
        return Entry(path, EntryKind.LINK)
    if not entry.is_file(follow_symlinks=False):
        return Entry(path, EntryKind.SPECIAL)
    found = entry.stat(follow_symlinks=False)
    return Entry(path, EntryKind.FILE, found.st_size, bool(found.st_mode & 0o100))
