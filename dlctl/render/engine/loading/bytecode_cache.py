"""Compiled templates kept from one run to the next, by Jinja2's own bytecode cache.

To parse, check and compile the fragments of a small job takes longer than all else that `show` does.
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
"""Every file of the engine may change what a template compiles to."""


class BytecodeCache(FileSystemBytecodeCache):
    """The code of templates in a folder that can be lost at any time: what is not there is made again.

    One file for each template's name, replaced when its text or what compiles it is another. Nothing
    is raised where the folder cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), "%s.code")
        self._made_by = _compiler_mark()
        self._usable = _is_ours(folder)

    def get_source_checksum(self, source: str) -> str:
        """The digest of a template's text and of what it was compiled with."""
        return super().get_source_checksum(f"{self._made_by}\n{source}")

    def load_bytecode(self, bucket: "Bucket") -> None:
        """Fill the bucket where the folder has this template; a file that is damaged counts as none."""
        if self._usable:
            try:
                super().load_bytecode(bucket)
            except Exception:  # noqa: BLE001 - whatever a damaged pickle or marshal raises
                bucket.reset()
            if not isinstance(bucket.code, CodeType):
                bucket.reset()

    def dump_bytecode(self, bucket: "Bucket") -> None:
        """Keep what is in the bucket, if the disk lets us."""
        if self._usable:
            with suppress(OSError):
                super().dump_bytecode(bucket)


def _is_ours(folder: Path) -> bool:
    """Whether the folder is there, or could be made, and nobody else can put code into it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError:
        return False
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


def _compiler_mark() -> str:
    """Another text when Python, Jinja2 or a file of the engine is another, as Python tells its own caches."""
    marks = [__version__, jinja2.__version__, MAGIC_NUMBER.hex()]
    with suppress(OSError):
        marks += sorted(_source_marks(str(ENGINE)))
    return "\n".join(marks)


def _source_marks(folder: str) -> Iterator[str]:
    """Name, time and size of each Python file below a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                found = entry.stat()
                yield f"{entry.path} {found.st_mtime_ns} {found.st_size}"
            elif "." not in entry.name and entry.name != "__pycache__":
                yield from _source_marks(entry.path)
