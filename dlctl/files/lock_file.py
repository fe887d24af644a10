"""Locks with separate lock files."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, SoftFileLock, Timeout

from dlctl.errors import FileError, Location
from dlctl.files.replace import write_error


@contextlib.contextmanager
def lock_file(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock on a file, which is created if missing; `waiting` is called if another process holds it.

    The kernel releases the lock when its holder dies. Raises FileError if the file cannot be created.
    """
    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            lock.acquire()
    except OSError as error:
        raise write_error(error, path) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def lock_by_presence(path: Path, what: str, timeout: float) -> Iterator[None]:
    """Hold a lock by creating the file `<path>.lock`, as kubectl locks a kubeconfig.

    `what` describes the locked file in errors. Raises FileError if another program holds the lock for
    longer than `timeout` seconds, or if the lock cannot be created.
    """
    lock = Path(f"{path}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = SoftFileLock(lock, timeout=timeout)
        held.acquire()
    except Timeout as error:
        raise FileError(
            f"{what} is locked by another program",
            location=Location(str(path)),
            hint=f"if no such program is running, remove {lock}",
        ) from error
    except OSError as error:
        raise write_error(error, lock) from error
    try:
        yield
    finally:
        held.release()
