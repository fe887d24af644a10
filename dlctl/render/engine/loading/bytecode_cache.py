"""A cache of compiled templates between processes, based on Jinja2's bytecode cache.

Parsing, checking and compiling the fragments of a small job takes longer than the rest of `show`.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING

import jinja2
from jinja2 import FileSystemBytecodeCache

from dlctl import __version__

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

ENGINE = Path(__file__).parents[1]
"""The engine's folder: a change of any file in it may change the compiled code."""


class BytecodeCache(FileSystemBytecodeCache):
    """Compiled templates in a folder that may be deleted at any time.

    There is one file for each template name, replaced when the template or its compiler changes. A folder
    that cannot be read or written is not an error.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), "%s.code")
        self._made_by = _compiler_mark()
        self._usable = _is_ours(folder)

    def get_source_checksum(self, source: str) -> str:
        """The digest of a template's text and its compiler."""
        return super().get_source_checksum(f"{self._made_by}\n{source}")

    def load_bytecode(self, bucket: "Bucket") -> None:
        """Fill the bucket if the folder has this template; a damaged file counts as missing."""
        if self._usable:
            try:
                super().load_bytecode(bucket)
            except Exception:  # noqa: BLE001 - a damaged pickle or marshal can raise anything
                bucket.reset()
            if not isinstance(bucket.code, CodeType):
                bucket.reset()

    def dump_bytecode(self, bucket: "Bucket") -> None:
        """Store the bucket's code; errors of the file system are ignored."""
        if self._usable:
            with suppress(OSError):
                super().dump_bytecode(bucket)


def _is_ours(folder: Path) -> bool:
    """Whether the folder exists or was created, and no other user can write to it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError:
        return False
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


def _compiler_mark() -> str:
    """A fingerprint of the compiler: changes with Python, Jinja2 and the engine's files."""
    marks = [__version__, jinja2.__version__, MAGIC_NUMBER.hex()]
    with suppress(OSError):
        marks += sorted(_source_marks(str(ENGINE)))
    return "\n".join(marks)


def _source_marks(folder: str) -> Iterator[str]:
    """Name, modification time and size of each Python file below a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                found = entry.stat()
                yield f"{entry.path} {found.st_mtime_ns} {found.st_size}"
            elif "." not in entry.name and entry.name != "__pycache__":
                yield from _source_marks(entry.path)
