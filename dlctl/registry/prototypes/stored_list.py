"""What a list shows of each prototype, as earlier commands read it: one signed file in the cache folder."""

from pathlib import Path

from msgspec import DecodeError, Struct

from dlctl.files.signed_files import SignedFiles, SignedFolder
from dlctl.files.source_mark import renderer_mark
from dlctl.registry.prototypes.model import ListedPrototype, Prototype
from dlctl.registry.prototypes.source import Source

_FILE = "list"
_MOST = 5000
"""Prototypes in the file; after that many it begins again, without those of folders that are gone."""


class _Entry(Struct, frozen=True):
    """The digest of a prototype's files, and what a list shows of it."""

    digest: bytes
    package: str
    summary: str


class StoredList:
    """The stored entries, by the folders of the prototypes; the file may be deleted at any time."""

    def __init__(self, folder: SignedFolder) -> None:
        self._files = SignedFiles(folder)
        self._entries = _entries(self._files.read(_FILE, renderer_mark()))
        self._changed = False

    def find(self, source: Source, folder: Path, digest: bytes) -> ListedPrototype | None:
        """What a list shows of a prototype whose files have this digest; None if it is not stored."""
        found = self._entries.get(_key(source, folder))
        if found is None or found.digest != digest:
            return None
        return ListedPrototype(folder.name, found.package, found.summary, folder, source)

    def add(self, prototype: Prototype, digest: bytes) -> None:
        """Add a prototype that was read; `save` writes it."""
        if len(self._entries) >= _MOST:
            self._entries.clear()
        key = _key(prototype.source, prototype.folder)
        self._entries[key] = _Entry(digest, prototype.package, prototype.summary)
        self._changed = True

    def save(self) -> None:
        """Write the file where something was added; errors of the disk are ignored."""
        if self._changed:
            from msgspec import msgpack

            self._files.write(_FILE, renderer_mark(), msgpack.encode(self._entries))


def _entries(content: bytes | None) -> dict[str, _Entry]:
    if content is None:
        return {}
    from msgspec import msgpack

    try:
        return msgpack.decode(content, type=dict[str, _Entry])
    except DecodeError:
        return {}


def _key(source: Source, folder: Path) -> str:
    return f"{source.registry}\n{source.package}\n{folder}"
