"""The store of OpenAPI v3 documents: files named by hash, in the cache folder and in an app."""

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from dlctl.errors import FileError, Location
from dlctl.files.presence import read_file
from dlctl.files.replace import replace_file
from dlctl.files.signed_files import SignedFiles, SignedFolder
from dlctl.schemas.document import Document, document_of, packed, unpacked

FOLDER = "schemas"
"""The folder of documents, in the cache folder and in an app."""
SUFFIX = ".json.gz"
_PURPOSE = "schemas"
_HINT = "check that the folder and dlctl's state folder belong to you, and the free disk space"


def file_name(hashed: str) -> str:
    """The name of the file with the document of this hash."""
    return hashed + SUFFIX


class SchemaStore(Struct, frozen=True):
    """Folders with documents: the first is written to, all are read, in order.

    With a `key_file` the first one is a part of the cache: only what this user's dlctl wrote counts. What is
    in a store can be fetched again, so a file that is missing or damaged counts as absent.
    """

    folders: Sequence[Path]
    key_file: Path | None = None

    def content(self, hashed: str) -> bytes | None:
        """The bytes of a document's file; None if no folder has it."""
        for folder in self.folders:
            content = self._read(folder, file_name(hashed))
            if content is not None:
                return content
        return None

    def _read(self, folder: Path, name: str) -> bytes | None:
        if self.key_file and folder == self.folders[0]:
            return SignedFiles(SignedFolder(folder, self.key_file)).read(name, _PURPOSE)
        with contextlib.suppress(FileError):
            return read_file(folder / name) if (folder / name).is_file() else None
        return None

    def document(self, hashed: str) -> Document | None:
        """The document with this hash; None if it is missing or damaged."""
        content = self.content(hashed)
        if content is None:
            return None
        with contextlib.suppress(ValueError):
            return document_of(unpacked(content))
        return None

    def damaged(self, hashed: str) -> Path | None:
        """The file of a document that is damaged; None if no folder has one."""
        paths = (folder / file_name(hashed) for folder in self.folders)
        return next((path for path in paths if path.is_file()), None) if not self.document(hashed) else None

    def keep(self, hashed: str, schemas: Mapping[str, Any]) -> bytes:
        """Write a document to the first folder and return the bytes of its file.

        Raises FileError if the folder cannot be written.
        """
        content = packed(schemas)
        folder, name = self.folders[0], file_name(hashed)
        with contextlib.suppress(OSError):  # `replace_file` reports it
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.key_file is None:
            replace_file(folder / name, content, flush=False)
        else:
            SignedFiles(SignedFolder(folder, self.key_file)).write(name, _PURPOSE, content)
            if self._read(folder, name) != content:
                raise FileError("cannot be written", location=Location(str(folder / name)), hint=_HINT)
        return content
