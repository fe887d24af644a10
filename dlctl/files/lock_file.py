"""Locks that are files of their own: held by other programs too, or for as long as something runs."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, SoftFileLock, Timeout

from dlctl.errors import FileError, Location
from dlctl.files.replace import write_error


@contextlib.contextmanager
def lock_file(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock on a file, which is made where it is missing; `waiting` is called where it is taken.

    The kernel drops the lock when its holder dies. Raises FileError where the file cannot be made.
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
    """Hold a lock that is a file's being there: `<path>.lock`, as kubectl locks a kubeconfig.

    `what` is what errors call the file that is locked. Raises FileError where another program holds
    it for longer than `timeout` seconds, or where the lock cannot be made.
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
