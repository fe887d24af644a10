"""The stored components of an environment: one file for each environment of an app, in the cache folder."""

import hashlib

from msgspec import DecodeError, Raw, Struct, field, msgpack

from dlctl.app.model import Target
from dlctl.files.signed_files import SignedFiles, SignedFolder
from dlctl.files.source_mark import renderer_mark

LARGEST = 8 * 2**20
"""The bytes of the largest file that is written."""
LARGEST_FOLDER = 256 * 2**20
"""The bytes of all files; when one is written, the oldest ones beyond this are deleted."""


class StoredEntry(Struct, frozen=True):
    """The digest of a component's inputs, and its entry as bytes, which are decoded where they are needed."""

    digest: str
    content: Raw


class StoredFile(Struct, frozen=True):
    """What is stored of one target: entries by component, and the names of parameters by prototype."""

    components: dict[str, StoredEntry] = field(default_factory=dict)
    names: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


class RenderingStore:
    """The stored components of all environments, in a folder that may be deleted at any time."""

    def __init__(self, folder: SignedFolder) -> None:
        self._files = SignedFiles(folder)
        self._made_by = renderer_mark()

    def read(self, target: Target) -> StoredFile:
        """What is stored of a target; empty if there is nothing."""
        content = self._files.read(_name(target), self._made_by)
        try:
            return msgpack.decode(content, type=StoredFile) if content else StoredFile()
        except DecodeError:
            return StoredFile()

    def write(self, target: Target, stored: StoredFile) -> None:
        """Replace what is stored of a target, unless it is too large; errors of the disk are ignored."""
        content = msgpack.encode(stored)
        if len(content) <= LARGEST:
            self._files.write(_name(target), self._made_by, content)
            self._files.remove_oldest(LARGEST_FOLDER)


def _name(target: Target) -> str:
    about = f"{target.app.root}\n{target.environment.name}"
    return hashlib.sha256(about.encode("utf-8", "surrogatepass")).hexdigest()[:32] + ".rendered"
