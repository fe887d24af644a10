"""Atomic file writes and file locks."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from dlctl.events import Emit
from dlctl.sandbox.events import Waiting

PRIVATE = 0o600


def write_whole(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Replace a file atomically; its folder must exist. Raises OSError and keeps the old file."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def locked(path: Path, reason: str, emit: Emit) -> Iterator[BaseFileLock]:
    """Hold the lock file `path`; emits one event if another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        emit(Waiting(reason))
        lock.acquire()
    try:
        yield lock
    finally:
        lock.release()
