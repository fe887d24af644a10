"""A secret key of one user on one machine, in a file that only its owner can read."""

import contextlib
import os
import stat
from pathlib import Path

_SIZE = 32
_CLOSED = 0o077
"""The permissions that the file must not have: those of the group and of others."""


def private_key(path: Path) -> bytes | None:
    """The key in a file, which is made if there is none; None where no key can be kept.

    A file that others could read or write, or that holds no key, is replaced by one with a new key.
    """
    try:
        return _read(path) or _made(path)
    except OSError:
        return None


def _read(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_mode & _CLOSED or found.st_uid != os.geteuid():
            return None
        key = file.read(_SIZE + 1)
    return key if len(key) == _SIZE else None


def _made(path: Path) -> bytes | None:
    """Make the file as a whole, in one step: of several processes that do so, the first one's key stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key, new = os.urandom(_SIZE), path.with_name(f".{path.name}-{os.urandom(8).hex()}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(key)
        try:
            path.hardlink_to(new)
        except FileExistsError:
            if theirs := _read(path):
                return theirs
            new.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            new.unlink()
    return _read(path)
