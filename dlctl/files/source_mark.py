"""A fingerprint of Python source files, by their times and sizes."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def source_mark(*folders: Path) -> str:
    """The names, modification times and sizes of the Python files below some folders."""
    marks: list[str] = []
    for folder in folders:
        with suppress(OSError):
            marks += sorted(_marks(str(folder)))
    return "\n".join(marks)


def _marks(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                found = entry.stat()
                yield f"{entry.path} {found.st_mtime_ns} {found.st_size}"
            elif "." not in entry.name and entry.name != "__pycache__":
                yield from _marks(entry.path)
