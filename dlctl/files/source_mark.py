"""A fingerprint of Python source files, by their times and sizes."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def source_mark(*places: Path) -> str:
    """The names, modification times and sizes of some Python files, and of those below some folders."""
    marks: list[str] = []
    for place in places:
        with suppress(OSError):
            marks += [_mark(str(place), place.stat())] if place.is_file() else sorted(_marks(str(place)))
    return "\n".join(marks)


def _marks(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                yield _mark(entry.path, entry.stat())
            elif "." not in entry.name and entry.name != "__pycache__":
                yield from _marks(entry.path)


def _mark(path: str, found: os.stat_result) -> str:
    return f"{path} {found.st_mtime_ns} {found.st_size}"
