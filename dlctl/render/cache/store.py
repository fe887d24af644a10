"""The stored components of an environment: one file for each environment of an app, in the cache folder."""

import hashlib
import json
from typing import Any

from dlctl.app.model import Target
from dlctl.files.signed_files import SignedFiles, SignedFolder
from dlctl.files.source_mark import renderer_mark

LARGEST = 8 * 2**20
"""The bytes of the largest file that is written."""
LARGEST_FOLDER = 256 * 2**20
"""The bytes of all files; when one is written, the oldest ones beyond this are deleted."""


class RenderingStore:
    """The stored components of all environments, in a folder that may be deleted at any time."""

    def __init__(self, folder: SignedFolder) -> None:
        self._files = SignedFiles(folder)
        self._made_by = renderer_mark()

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
            self._files.remove_oldest(LARGEST_FOLDER)


def _name(target: Target) -> str:
    about = f"{target.app.root}\n{target.environment.name}"
    return hashlib.sha256(about.encode("utf-8", "surrogatepass")).hexdigest()[:32] + ".rendered"
