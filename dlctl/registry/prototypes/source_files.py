"""The digest of the files that the rendering of a prototype reads."""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from dlctl.registry.prototypes.source import CRDS, PACKAGE_FILE, Source

_SHARED_FOLDERS = ("fragments", "groups")
_UNREAD = frozenset({"examples", "__pycache__"})
"""Folders of a prototype that rendering does not read."""
_PART = 1 << 18
"""Bytes of a file that are read at once."""


class SourceFiles:
    """Digests of prototypes' files by content; each file is read once."""

    def __init__(self) -> None:
        self._digests: dict[Path, bytes] = {}
        self._around: dict[tuple[int, Path], tuple[Source, bytes]] = {}
        self._places: dict[tuple[int, Path], tuple[Source, bytes]] = {}

    def digest(self, source: Source, folder: Path) -> bytes | None:
        """The digest of a prototype with its package, groups, fragments and CRDs; None if unreadable."""
        known = (id(source), folder)  # many components have the same prototype
        if known not in self._places:
            try:
                self._places[known] = (source, self._read(source, folder))
            except OSError:
                return None
        return self._places[known][1]

    def _read(self, source: Source, folder: Path) -> bytes:
        known = (id(source), folder.parent)  # many prototypes have the same package
        if known not in self._around:
            self._around[known] = (source, self._beside(source, folder.parent))
        return hashlib.sha256(self._around[known][1] + self._folder(folder)).digest()

    def _beside(self, source: Source, package: Path) -> bytes:
        """The digest of what the prototypes of a package share."""
        shared = (package, *source.shared_folders)
        folders = [parent / name for parent in shared for name in _SHARED_FOLDERS]
        packages = [package, *(other.folder for other in source.needs())]
        folders += [parent / CRDS for parent in packages]
        heads = [_content(parent / PACKAGE_FILE) for parent in packages]
        return hashlib.sha256(b"".join((*heads, *map(self._folder, folders)))).digest()

    def _folder(self, folder: Path) -> bytes:
        if folder not in self._digests:
            lines = sorted((*_link(folder), *_lines(str(folder), "")))
            self._digests[folder] = hashlib.sha256(b"".join(lines)).digest()
        return self._digests[folder]


def _lines(folder: str, below: str) -> Iterator[bytes]:
    """The name and the digest of the content of each file below a folder, which may not exist."""
    try:
        entries = os.scandir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    with entries:
        for entry in entries:
            name = f"{below}/{entry.name}"
            if entry.is_symlink():
                yield from _link(entry.path)
            if entry.is_dir():
                if entry.name not in _UNREAD:
                    yield from _lines(entry.path, name)
            else:
                yield os.fsencode(name) + b"\0" + _content(entry.path)


def _link(path: str | Path) -> Iterator[bytes]:
    """Where a path leads if it is a symbolic link: whether it is followed depends on that."""
    try:
        yield b"link\0" + os.fsencode(path) + b"\0" + os.fsencode(os.readlink(path))  # noqa: PTH115 - fast
    except OSError:
        return


def _content(path: str | Path) -> bytes:
    """The digest of a file's content; a pipe or a device is not read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return b"missing"
    try:  # without a file object, which takes as long as all that is read from it: files are small, and many
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return b"not a file"
        digest = hashlib.sha256()
        while part := os.read(descriptor, _PART):
            digest.update(part)
        return digest.digest()
    finally:
        os.close(descriptor)
