"""The stored components of an environment: one file for each environment of an app, in the cache folder."""

import hashlib
import json
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, find_spec
from pathlib import Path
from typing import Any

from dlctl import __version__
from dlctl.app.model import Target
from dlctl.files.signed_files import SignedFiles, SignedFolder
from dlctl.files.source_mark import source_mark

LARGEST = 8 * 2**20
"""The bytes of the largest file that is written."""
LARGEST_FOLDER = 256 * 2**20
"""The bytes of all files; when one is written, the oldest ones beyond this are deleted."""
_PACKAGE = Path(__file__).parents[2]
_ROOMS = ("app", "kinds", "params", "registry", "render", "yamlio")
"""The parts of dlctl that rendering uses, beside the modules of its ground floor."""
_LIBRARIES = ("jinja2", "jsonpatch", "jsonschema_rs", "yaml")
"""The libraries that rendering uses."""


class RenderingStore:
    """The stored components of all environments, in a folder that may be deleted at any time."""

    def __init__(self, folder: SignedFolder) -> None:
        self._folder = folder.path
        self._files = SignedFiles(folder)
        self._made_by = _renderer_mark()

    def read(self, target: Target) -> dict[str, Any]:
        """The stored entries of a target by component, as JSON; empty if there are none."""
        content = self._files.read(_name(target), self._made_by)
        if content is None:
            return {}
        return dict(json.loads(content))

    def write(self, target: Target, entries: dict[str, Any]) -> None:
        """Replace the entries of a target, unless they are too large; errors of the disk are ignored."""
        try:
            content = json.dumps(entries, separators=(",", ":"), allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError):
            return
        if len(content) <= LARGEST:
            self._files.write(_name(target), self._made_by, content)
            with suppress(OSError):
                self._limit_size()

    def _limit_size(self) -> None:
        """Delete the files that were written first, until the others are small enough."""
        found = sorted(
            ((each, each.stat()) for each in self._folder.iterdir()), key=lambda one: -one[1].st_mtime
        )
        size = 0
        for path, stat in found:
            size += stat.st_size
            if size > LARGEST_FOLDER:
                path.unlink(missing_ok=True)


def _name(target: Target) -> str:
    about = f"{target.app.root}\n{target.environment.name}"
    return hashlib.sha256(about.encode("utf-8", "surrogatepass")).hexdigest()[:32] + ".rendered"


def _renderer_mark() -> str:
    """A fingerprint of what renders: changes with dlctl, its source files, libraries and Python."""
    sources = (*_PACKAGE.glob("*.py"), *(_PACKAGE / room for room in _ROOMS))
    marks = [__version__, MAGIC_NUMBER.hex(), source_mark(*sources)]
    marks += map(_installed, _LIBRARIES)
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()


def _installed(library: str) -> str:
    """Where a library is, and since when; it is not imported."""
    found = find_spec(library)
    if found is None or found.origin is None:
        return library
    with suppress(OSError):
        return f"{found.origin} {Path(found.origin).stat().st_mtime_ns}"
    return found.origin
