"""The parts of the cache folder: what each holds, its size, and how it is cleared."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

PARTS = {
    "renderings": "rendered components",
    "prototypes": "prototypes that were read and checked",
    "templates": "compiled templates",
    "verified": "sizes and times of installed packages' files",
    "discovery": "kinds that clusters serve",
    "schemas": "OpenAPI documents of clusters",
}
"""What dlctl reads or makes again when it is missing, by folder."""
PROGRAMS = "programs of sandboxes, which take minutes to build"


class CachePart(Struct, frozen=True):
    """A folder in the cache: `size` in bytes of its `files`; `programs` are not cleared unless named."""

    name: str
    content: str
    path: Path
    files: int
    size: int

    @property
    def programs(self) -> bool:
        """Whether it holds programs."""
        return self.name not in PARTS


def cache_parts(folder: Path) -> tuple[CachePart, ...]:
    """The folders in the cache, those that may be missing first. A folder that cannot be read is empty."""
    with contextlib.suppress(OSError):
        found = sorted(each.name for each in folder.iterdir() if each.is_dir())
        others = [name for name in found if name not in PARTS]
        return tuple(_part(folder / name) for name in (*PARTS, *others))
    return tuple(_part(folder / name) for name in PARTS)


def clear(part: CachePart) -> None:
    """Delete what is in a part; what another command deletes meanwhile is no error. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        for entry in part.path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink(missing_ok=True)


def _part(path: Path) -> CachePart:
    sizes = list(file_sizes(path))
    return CachePart(path.name, PARTS.get(path.name, PROGRAMS), path, len(sizes), sum(sizes))


def file_sizes(path: Path) -> Iterator[int]:
    """The bytes of each file below a folder; what is removed meanwhile does not count."""
    for folder, _, names in os.walk(path):
        for name in names:
            with contextlib.suppress(OSError):
                yield (Path(folder) / name).lstat().st_size
