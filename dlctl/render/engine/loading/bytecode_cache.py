"""A cache of compiled templates between processes, based on Jinja2's bytecode cache.

Parsing, checking and compiling the fragments of a small job takes longer than the rest of `show`. Kept code
is executed: a file is used only if its digest shows that the user's own dlctl wrote it for this template.
"""

import marshal
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING

import jinja2
import jinja2.bccache

from dlctl import __version__
from dlctl.files.signed_files import SignedFiles, SignedFolder
from dlctl.files.source_mark import source_mark

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

ENGINE = Path(__file__).parents[1]
"""The engine's folder: a change of any file in it may change the compiled code."""


class BytecodeCache(jinja2.bccache.BytecodeCache):
    """Compiled templates in a folder that may be deleted at any time.

    There is one file for each template name, replaced when the template or its compiler changes. A folder
    that cannot be read or written is not an error; nor is one without a key, but then nothing is kept.
    """

    def __init__(self, folder: SignedFolder) -> None:
        self._files = SignedFiles(folder)
        self._made_by = _compiler_mark()

    def get_source_checksum(self, source: str) -> str:
        """The digest of a template's text and its compiler."""
        return super().get_source_checksum(f"{self._made_by}\n{source}")

    def load_bytecode(self, bucket: "Bucket") -> None:
        """Fill the bucket if the folder has this template; code for another text counts as missing."""
        stored = self._files.read(_name(bucket), bucket.checksum)
        if stored is not None:
            code = marshal.loads(stored)
            bucket.code = code if isinstance(code, CodeType) else None

    def dump_bytecode(self, bucket: "Bucket") -> None:
        """Store the bucket's code."""
        self._files.write(_name(bucket), bucket.checksum, marshal.dumps(bucket.code))


def _name(bucket: "Bucket") -> str:
    return f"{bucket.key}.code"


def _compiler_mark() -> str:
    """A fingerprint of the compiler: changes with Python, Jinja2 and the engine's files."""
    return "\n".join((__version__, jinja2.__version__, MAGIC_NUMBER.hex(), source_mark(ENGINE)))
