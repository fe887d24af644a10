"""Read the files of a host below a root folder; what cannot be read is a warning, never an exception.

Only regular files are opened: a FIFO, a device, a socket or a folder in place of a file is not. No more
than a limit is read of each. Attributes of sysfs that have no value are quiet: the kernel answers EINVAL,
ENODEV and the like for them (drivers/infiniband/core/sysfs.c and net/core/net-sysfs.c of Linux do so).
"""

import errno
import os
import re
import stat
from pathlib import Path

from msgspec import Struct

from dlctl.nodes.host.tree.resolve import Parts, Resolver

LIMIT = 64 * 1024
"""Bytes that are read of a file where the caller states no other limit: sysfs files have at most a page."""
MAX_NAMES = 20_000
"""Entries that are read of a folder."""

_NO_VALUE = frozenset(
    {
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EINVAL,
        errno.ENODEV,
        errno.ENXIO,
        errno.ENODATA,
        errno.EOPNOTSUPP,
        errno.ENETDOWN,
    }
)
_DIGITS = re.compile(r"(\d+)")


class ReadWarning(Struct, frozen=True, order=True):
    """A file that is there and could not be read."""

    path: str
    problem: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


class HostTree:
    """The files below a root folder. Paths are those of the host: `sys/class/net`, relative to the root."""

    def __init__(self, root: Path) -> None:
        self._resolver = Resolver(str(root))
        self._warnings: set[ReadWarning] = set()

    @property
    def warnings(self) -> tuple[ReadWarning, ...]:
        """What could not be read so far, sorted by path."""
        return tuple(sorted(self._warnings))

    def text(self, path: str, *, limit: int = LIMIT) -> str | None:
        """A file's text without white space around it; None where there is none to read."""
        content = self.data(path, limit=limit)
        return None if content is None else content.decode("utf-8", "replace").replace("\0", "").strip()

    def lines(self, path: str, *, limit: int = LIMIT) -> tuple[str, ...]:
        """The lines of a file that are not empty."""
        return tuple(line for line in (self.text(path, limit=limit) or "").splitlines() if line.strip())

    def integer(self, path: str) -> int | None:
        """A file that holds one decimal or, with 0x, hexadecimal number."""
        text = self.text(path)
        if text is None or len(text) > 32:
            return None
        try:
            return int(text, 16 if text[:2].lower() == "0x" else 10)
        except ValueError:
            return None

    def data(self, path: str, *, limit: int = LIMIT) -> bytes | None:
        """A file's bytes; None where it does not exist or cannot be read. A longer file is a warning."""
        content = self._read(path, limit + 1)
        if content is not None and len(content) > limit:
            self._warn(path, f"is larger than {limit} bytes and was not read")
            return None
        return content

    def head(self, path: str, *, limit: int = LIMIT) -> str:
        """The text at the beginning of a file, of any length."""
        content = self._read(path, limit)
        return "" if content is None else content.decode("utf-8", "replace").replace("\0", "")

    def names(self, path: str) -> tuple[str, ...]:
        """The names in a folder in natural order: mlx5_2 before mlx5_10. Empty where there is no folder."""
        try:
            with os.scandir(self._resolver.real(self._resolver.resolve(path))) as entries:
                found = [entry.name for entry, _ in zip(entries, range(MAX_NAMES + 1), strict=False)]
        except (OSError, ValueError) as error:
            self._unreadable(path, error)
            return ()
        if len(found) > MAX_NAMES:
            self._warn(path, f"has more than {MAX_NAMES} entries; the others were not looked at")
        return tuple(sorted(sorted(found)[:MAX_NAMES], key=natural_order))

    def parts(self, path: str) -> Parts | None:
        """The components of a path once links are followed; None where it does not exist."""
        try:
            return self._resolver.resolve(path)
        except (OSError, ValueError) as error:
            self._unreadable(path, error)
            return None

    def exists(self, path: str) -> bool:
        """Whether something is at a path."""
        return self.parts(path) is not None

    def link_name(self, path: str) -> str | None:
        """The last component of a link's target, which need not exist; None for anything but a link."""
        try:
            target = self._resolver.target(path)
        except (OSError, ValueError) as error:
            self._unreadable(path, error)
            return None
        return None if target is None else shown_name(target.rstrip("/").rpartition("/")[2])

    def _read(self, path: str, size: int) -> bytes | None:
        try:
            return self._read_file(path, self._resolver.real(self._resolver.resolve(path)), size)
        except (OSError, ValueError) as error:
            self._unreadable(path, error)
            return None

    def _read_file(self, path: str, real: str, size: int) -> bytes | None:
        if not stat.S_ISREG(os.lstat(real).st_mode):  # not even opened: that alone may start something
            self._warn(path, "is not a regular file and was not read")
            return None
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC
        descriptor = os.open(real, flags)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            return _read_up_to(descriptor, size)
        finally:
            os.close(descriptor)

    def _unreadable(self, path: str, error: OSError | ValueError) -> None:
        if isinstance(error, OSError):
            if error.errno not in _NO_VALUE:
                self._warn(path, f"cannot be read: {error.strerror}")
        else:
            self._warn(path, "cannot be read: its name is not valid")

    def _warn(self, path: str, problem: str) -> None:
        self._warnings.add(ReadWarning(shown_name(f"{self._resolver.root}/{path}"), problem))


def _read_up_to(descriptor: int, size: int) -> bytes:
    content = bytearray()
    while len(content) < size:
        more = os.read(descriptor, size - len(content))
        if not more:
            break
        content += more
    return bytes(content)


def natural_order(name: str) -> tuple[tuple[int, str], ...]:
    """A sort key by which numbers in a name count as numbers: GPU2 before GPU10."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(name) if part)


def shown_name(name: str) -> str:
    """A file's name as text; bytes that are not UTF-8 become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
