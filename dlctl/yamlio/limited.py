"""Read a file that a person names: at most so many bytes, whatever it is."""

import os
import stat
from io import BufferedReader
from pathlib import Path

LARGEST = 64 * 2**20
"""Bytes of the largest file that is read."""
_PART = 1 << 20


class UnreadError(OSError):
    """A file that is not of the wanted kind, or is too large; `strerror` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(0, reason)


def read_limited(path: Path, *, regular: bool = False) -> bytes:
    """The bytes of a file, links followed. Raises OSError where it cannot be read, as UnreadError too.

    With `regular`, a device, a pipe or a socket is not read. Without it a pipe is waited for, as by `cat`.
    """
    flags = os.O_NONBLOCK if regular else 0
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | flags)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST:
            return file.read()
        if regular and not stat.S_ISREG(found.st_mode):
            raise UnreadError("it is not a regular file")
        return _limited(file)


def _limited(file: BufferedReader) -> bytes:
    content = bytearray()
    while part := file.read(_PART):
        content += part
        if len(content) > LARGEST:
            raise UnreadError(f"it has more than {LARGEST >> 20} MiB")
    return bytes(content)
