"""A folder of cached files that are used only if this user's own dlctl wrote them.

Each file begins with a digest by the user's key. A file that is damaged, that somebody else wrote, or that
was written for something else counts as missing. A folder that cannot be read or written, that others can
write to, or that has no key is not an error: then nothing is cached.
"""

import hmac
import os
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from dlctl.errors import FileError
from dlctl.files.private_key import private_key

_DIGEST = "sha256"
_SIZE = 32
"""The bytes of a digest, at the beginning of a file."""


class SignedFolder(Struct, frozen=True):
    """The path of the folder, which may be deleted at any time, and the file of the key."""

    path: Path
    key_file: Path


class SignedFiles:
    """The files in such a folder."""

    def __init__(self, folder: SignedFolder) -> None:
        self._folder = folder.path
        self._key = private_key(folder.key_file) if _is_ours(folder.path) else None

    def read(self, name: str, purpose: str) -> bytes | None:
        """The content of a file that was written under this name for this purpose; None if there is none."""
        if self._key is None:
            return None
        try:
            with (self._folder / name).open("rb") as file:
                content = file.read() if _is_own(os.fstat(file.fileno())) else b""
        except OSError:
            return None
        stored = content[_SIZE:]
        return stored if hmac.compare_digest(content[:_SIZE], self._digest(name, purpose, stored)) else None

    def write(self, name: str, purpose: str, content: bytes) -> None:
        """Replace a file, or a link in its place; errors of the file system are ignored."""
        if self._key is None:
            return
        from dlctl.files.replace import replace_file  # only where something is written

        signed = self._digest(name, purpose, content) + content
        with suppress(OSError, FileError):
            replace_file(self._folder / name, signed, flush=False, keep_link=False)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there; errors of the file system are ignored."""
        with suppress(OSError):
            (self._folder / name).unlink()

    def remove_oldest(self, limit: int) -> None:
        """Remove the files that were written first, until the others have at most `limit` bytes together."""
        size = 0
        with suppress(OSError):
            found = ((each, each.stat()) for each in self._folder.iterdir())
            for path, stat in sorted(found, key=lambda one: -one[1].st_mtime):
                size += stat.st_size
                if size > limit:
                    path.unlink(missing_ok=True)

    def _digest(self, name: str, purpose: str, content: bytes) -> bytes:
        about = b"%b %b " % (name.encode(), purpose.encode())
        return hmac.digest(self._key or b"", about + content, _DIGEST)


def _is_ours(folder: Path) -> bool:
    """Whether the folder exists or was created, and no other user can write to it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError:
        return False
    return _is_own(found)


def _is_own(found: os.stat_result) -> bool:
    """Whether a file or folder is this user's, and no other user can write to it."""
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)
