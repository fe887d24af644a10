"""A cache of compiled templates between processes, based on Jinja2's bytecode cache.

Parsing, checking and compiling the fragments of a small job takes longer than the rest of `show`. Kept code
is executed: a file is used only if its digest shows that the user's own dlctl wrote it for this template.
"""

import hmac
import marshal
import os
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING

import jinja2
import jinja2.bccache

from dlctl import __version__
from dlctl.errors import FileError
from dlctl.files.code_folder import CodeFolder
from dlctl.files.private_key import private_key

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

ENGINE = Path(__file__).parents[1]
"""The engine's folder: a change of any file in it may change the compiled code."""
_DIGEST = "sha256"
_SIZE = 32
"""The bytes of a digest, at the beginning of a file."""


class BytecodeCache(jinja2.bccache.BytecodeCache):
    """Compiled templates in a folder that may be deleted at any time.

    There is one file for each template name, replaced when the template or its compiler changes. A folder
    that cannot be read or written is not an error; nor is one without a key, but then nothing is kept.
    """

    def __init__(self, kept: CodeFolder) -> None:
        self._folder = kept.path
        self._made_by = _compiler_mark()
        self._key = private_key(kept.key_file) if _is_ours(kept.path) else None

    def get_source_checksum(self, source: str) -> str:
        """The digest of a template's text and its compiler."""
        return super().get_source_checksum(f"{self._made_by}\n{source}")

    def load_bytecode(self, bucket: "Bucket") -> None:
        """Fill the bucket if the folder has this template; a file with another digest counts as missing."""
        if self._key is None:
            return
        try:
            content = self._path(bucket).read_bytes()
        except OSError:
            return
        code = content[_SIZE:]
        if hmac.compare_digest(content[:_SIZE], _digest(self._key, bucket, code)):
            kept = marshal.loads(code)
            bucket.code = kept if isinstance(kept, CodeType) else None

    def dump_bytecode(self, bucket: "Bucket") -> None:
        """Store the bucket's code; errors of the file system are ignored."""
        if self._key is None:
            return
        from dlctl.files.replace import replace_file  # only where something is written

        code = marshal.dumps(bucket.code)
        with suppress(OSError, FileError):
            replace_file(self._path(bucket), _digest(self._key, bucket, code) + code, flush=False)

    def _path(self, bucket: "Bucket") -> Path:
        return self._folder / f"{bucket.key}.code"


def _digest(key: bytes, bucket: "Bucket", code: bytes) -> bytes:
    """The digest of code for one template: of one name, text and compiler."""
    return hmac.digest(key, b"%b %b " % (bucket.key.encode(), bucket.checksum.encode()) + code, _DIGEST)


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
