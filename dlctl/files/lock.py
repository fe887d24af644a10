"""One lock for an app: whoever holds it is the only one to change the app's files.

It is flock(2) on the app's folder itself: no file is left behind, the kernel drops it when its
holder dies, it holds between users and containers that see the same folder, and it needs no right
to write. Some network file systems cannot lock a folder (NFS wants a file open for writing); there
a lock file in the user's own folder below the temporary one stands in, and holds on one machine.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from dlctl.errors import FileError, Location

TIMEOUT = 60.0
"""Seconds to wait for other commands: an edit takes milliseconds, so more means that one hangs."""
_PAUSE = 0.01
_CANNOT_LOCK = frozenset({errno.EBADF, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL, errno.EIO})


@contextlib.contextmanager
def app_lock(root: Path, *, timeout: float = TIMEOUT) -> Iterator[None]:
    """Hold the lock of the app at `root`.

    Not re-entrant. Raises FileError where the folder cannot be opened, or after `timeout` seconds.
    """
    descriptor = _locked_folder(root, timeout)
    if descriptor is None:
        descriptor = _locked(_open_stand_in(root), root, timeout)
    try:
        yield
    finally:
        os.close(descriptor)  # drops the lock


def _locked_folder(root: Path, timeout: float) -> int | None:
    """None where the file system cannot lock a folder."""
    try:
        return _locked(_open_folder(root), root, timeout)
    except OSError as error:
        if error.errno in _CANNOT_LOCK:
            return None
        raise FileError(f"cannot be locked: {error.strerror}", location=Location(str(root))) from error


def _locked(descriptor: int, root: Path, timeout: float) -> int:
    try:
        _wait(descriptor, root, timeout)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _open_folder(root: Path) -> int:
    try:
        return os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise FileError(f"cannot be opened: {error.strerror}", location=Location(str(root))) from error


def _open_stand_in(root: Path) -> int:
    folder = Path(tempfile.gettempdir()) / f"dlctl-{os.getuid()}"
    name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:32]
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode):
            raise FileError("belongs to another user", location=Location(str(folder)), hint="remove it")
        return os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise FileError(f"cannot be opened: {error.strerror}", location=Location(str(folder))) from error


def _wait(descriptor: int, root: Path, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise _held(descriptor, root, timeout) from error
            time.sleep(_PAUSE)
        else:
            return


def _held(descriptor: int, root: Path, timeout: float) -> FileError:
    return FileError(
        f"another command has been changing this app for {timeout:g} s: {_holder(descriptor)}",
        location=Location(str(root)),
        hint="wait for it to end, or end it if it hangs; then run this command again",
    )


def _holder(descriptor: int) -> str:
    """Who holds the lock, as far as the kernel tells: the format of /proc/locks is in proc(5)."""
    found = os.fstat(descriptor)
    place = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    try:
        lines = Path("/proc/locks").read_text("ascii").splitlines()
    except OSError:
        lines = []
    for fields in map(str.split, lines):
        if fields[1] == "FLOCK" and fields[5] == place and int(fields[4]) > 0:
            return _process(int(fields[4]))
    return "which one is not known here"


def _process(number: int) -> str:
    import psutil  # here only: it costs every other command 10 ms

    try:
        return f"process {number} ({psutil.Process(number).name()})"
    except psutil.Error:
        return f"process {number}"
