"""The lock of an app: only its holder may change the app's files.

It is flock(2) on the app's folder: no lock file is left behind, the kernel releases it when its holder
dies, it works across users and containers that share the folder, and it needs no write permission. Some
network file systems cannot lock a folder (NFS needs a file that is open for writing). Then a lock file
in the user's own temporary folder is used, which works only on one machine.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from dlctl.errors import FileError, Location

TIMEOUT = 60.0
"""Seconds to wait for other commands; an edit takes milliseconds, so longer means that one hangs."""
_PAUSE = 0.01
_CANNOT_LOCK = frozenset({errno.EBADF, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL, errno.EIO})


@contextlib.contextmanager
def app_lock(root: Path, *, timeout: float = TIMEOUT) -> Iterator[None]:
    """Hold the lock of the app at `root`.

    Not re-entrant. Raises FileError if the folder cannot be opened, or after `timeout` seconds.
    """
    descriptor = _locked_folder(root, timeout)
    if descriptor is None:
        descriptor = _locked(_open_stand_in(root), root, timeout)
    try:
        yield
    finally:
        os.close(descriptor)  # releases the lock


def _locked_folder(root: Path, timeout: float) -> int | None:
    """The descriptor of the locked folder; None if the file system cannot lock folders."""
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
    import tempfile  # many modules, for commands that need no lock of this kind

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
        f"another dlctl command has locked this app for {timeout:g} s: {_holder(descriptor)}",
        location=Location(str(root)),
        hint="wait until it has finished, or stop it if it hangs, then retry",
    )


def _holder(descriptor: int) -> str:
    """The process that holds the lock, from /proc/locks (format: proc(5))."""
    found = os.fstat(descriptor)
    place = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    try:
        lines = Path("/proc/locks").read_text("ascii").splitlines()
    except OSError:
        lines = []
    for fields in map(str.split, lines):
        if fields[1] == "FLOCK" and fields[5] == place and int(fields[4]) > 0:
            return _process(int(fields[4]))
    return "unknown process"


def _process(number: int) -> str:
    import psutil  # imported here because it takes 10 ms

    try:
        return f"process {number} ({psutil.Process(number).name()})"
    except psutil.Error:
        return f"process {number}"
