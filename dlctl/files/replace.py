"""Replace, create or delete one file: at once, or in steps that can be undone."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from dlctl.errors import FileError, Location

PRIVATE = 0o600
"""The mode of files that only their owner can read."""
_PUBLIC = 0o666
"""The mode of other new files; the umask reduces it."""
_PREFIX = ".dlctl-"
_SUFFIX = ".tmp"
_HINTS = {
    errno.ENOSPC: "free some disk space, then retry; the file is unchanged",
    errno.EDQUOT: "the disk quota is exceeded: free some space, then retry; the file is unchanged",
    errno.EFBIG: "the file size limit is too low (ulimit -f); the file is unchanged",
    errno.EACCES: "check the owner and permissions of the file and its folder",
    errno.EPERM: "check the owner and permissions of the file and its folder",
    errno.ENOTDIR: "a file is in the place of a folder: move it away",
    errno.EISDIR: "a folder is in the place of a file: move it away",
    errno.EROFS: "the file system is mounted read-only",
}
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def replace_file(
    path: Path, content: bytes, *, keep_mode: bool = False, flush: bool = True, keep_link: bool = True
) -> None:
    """Replace or create one file, readable only by its owner, in an existing folder.

    A symbolic link is kept, and the file that it points to is replaced; without `keep_link` the link itself
    is. With `keep_mode` an existing file keeps its mode and owner; without `flush` the content can be lost in
    a power failure. Raises FileError and keeps the old file.
    """
    target = written_file(path) if keep_link else path
    new = _beside(target)
    try:
        _write(new, content, _stat(target) if keep_mode else None, mode=PRIVATE, flush=flush)
        new.replace(target)
    except BaseException as error:
        _drop(new)
        if isinstance(error, OSError):
            raise write_error(error, path) from error
        raise


def written_file(path: Path) -> Path:
    """The file that a write to `path` creates or replaces: of a symbolic link, the one that it points to.

    Raises FileError if something is there that is not a regular file: a rename would replace a device.
    """
    try:
        found = _stat(path)  # of the path: the target of /dev/stdout has no path of its own
        if found and stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    except OSError as error:
        raise write_error(error, path) from error
    if found and not stat.S_ISREG(found.st_mode):
        raise FileError(
            f"cannot be written: it is {_KINDS.get(stat.S_IFMT(found.st_mode), 'not a file')}",
            location=Location(str(path)),
            hint="use the path of a regular file, or a new one",
        )
    return Path(os.path.realpath(path))


class Replacement:
    """The replacement of one file: prepare, commit, then finish or undo.

    A symbolic link is kept, and the file that it points to is replaced; a delete removes the link. The
    mode and, if permitted, the owner are kept.
    """

    def __init__(self, path: Path, root: Path) -> None:
        self.path = path
        self.root = root
        self.target = path
        self.new: Path | None = None
        self.old: Path | None = None
        self.made: list[Path] = []
        self.committed = False

    def prepare(self, content: bytes | None, *, keep_old: bool) -> None:
        """Do everything that can fail, without changing the file; `keep_old` enables `undo`."""
        if content is None:
            self.old = _beside(self.path)
            return
        self.target = written_file(self.path)
        self._make_folders()
        found = _stat(self.target)
        if found and not os.access(self.target, os.W_OK):
            # A rename would succeed although the file is write-protected.
            number = errno.EROFS if _mounted_read_only(self.target) else errno.EACCES
            raise OSError(number, os.strerror(number), str(self.target))
        self.new = _beside(self.target)
        _write(self.new, content, found)
        if found and keep_old:
            self.old = _beside(self.target)
            _keep(self.target, self.old)

    def commit(self) -> None:
        """Replace the file; the only step that is visible to others."""
        if self.new:
            self.new.replace(self.target)
        elif self.old:
            self.path.rename(self.old)
        self.committed = True
        _flush_folder(self.target.parent)

    def undo(self) -> None:
        """Restore the old file, as far as the file system permits."""
        with contextlib.suppress(OSError):
            if self.committed and self.old:
                self.old.replace(self.target)
            elif self.committed:
                self.target.unlink()
        _drop(self.new, self.old)
        for folder in reversed(self.made):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def finish(self) -> None:
        """Remove the data for `undo`, and folders that a delete emptied."""
        _drop(self.old)
        if self.new is None:
            for folder in self.path.parents:
                if folder == self.root:
                    break
                try:
                    folder.rmdir()
                except OSError:
                    break

    def _make_folders(self) -> None:
        missing = [folder for folder in self.target.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            self.made.append(folder)


@contextlib.contextmanager
def write_in_progress(root: Path) -> Iterator[None]:
    """Mark the app's folder while files are written; an old mark means that a command was killed.

    The temporary files of a killed command are then removed first. The caller holds the app's lock.
    """
    if any(root.glob(f"{_PREFIX}*{_SUFFIX}")):
        _clean(root)
    mark = _beside(root / "mark")
    try:
        with contextlib.suppress(OSError):
            mark.touch()
        yield
    finally:
        _drop(mark)


def _clean(root: Path) -> None:
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [name for name in subfolders if name != ".git"]
        _drop(*(Path(folder, name) for name in names if name.startswith(_PREFIX) and name.endswith(_SUFFIX)))


def _drop(*paths: Path | None) -> None:
    for path in paths:
        if path:
            with contextlib.suppress(OSError):
                path.unlink()


def write_error(error: OSError, path: Path) -> FileError:
    """The error for a failed operation of the operating system."""
    reason = error.strerror or str(error)
    return FileError(
        f"cannot be written: {reason}", location=Location(str(path)), hint=_HINTS.get(error.errno or 0)
    )


def _beside(path: Path) -> Path:
    return path.with_name(f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}")


def _mounted_read_only(path: Path) -> bool:
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _write(
    path: Path, content: bytes, like: os.stat_result | None, mode: int = _PUBLIC, *, flush: bool = True
) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(path, flags, PRIVATE if like else mode)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(content)
        if like:
            with contextlib.suppress(PermissionError):
                os.fchown(descriptor, like.st_uid, like.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
        if flush:
            file.flush()
            os.fsync(descriptor)


def _keep(path: Path, copy: Path) -> None:
    """Keep the current file under another name: a hard link, or a copy if not supported."""
    try:
        copy.hardlink_to(path)
    except OSError:
        _write(copy, path.read_bytes(), path.stat())


def _flush_folder(folder: Path) -> None:
    """Flush a folder, so that a rename survives a power failure; not all file systems support it."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
