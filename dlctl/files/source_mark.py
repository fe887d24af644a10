"""Fingerprints of Python source files, by their times and sizes, and of the program as a whole."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.util import MAGIC_NUMBER, find_spec
from pathlib import Path

from dlctl import __version__

_PACKAGE = Path(__file__).parents[1]
_ROOMS = ("app", "kinds", "params", "registry", "render", "yamlio")
"""The parts of dlctl that read and render prototypes, beside the modules of its ground floor."""
_LIBRARIES = ("jinja2", "jsonpatch", "jsonschema_rs", "yaml")
"""The libraries that these use."""


@cache
def renderer_mark() -> str:
    """A fingerprint of what reads and renders: changes with dlctl, its source files, libraries and Python."""
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
