"""Who holds a lock: a process on a host, and whether it still runs."""

import hashlib
import os
import socket
from pathlib import Path

from msgspec import Struct


class Holder(Struct, frozen=True):
    """A process. `place` tells hosts and containers of one name apart, `begun` processes of one id."""

    user: str
    host: str
    place: str
    process: int
    begun: str

    def __str__(self) -> str:
        return f"{self.user}@{self.host} (process {self.process})"

    @property
    def identity(self) -> str:
        """The text that a Lease has."""
        return "/".join((self.user, self.host, self.place, str(self.process), self.begun))

    @property
    def is_dead(self) -> bool:
        """Whether it ran on this host and has ended; a process of another host counts as alive."""
        return self.place == _place() and self.begun != _begun(self.process)


def this_holder() -> Holder:
    """The present process."""
    import getpass  # with the terminal's modules, which only a lock needs

    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container with an arbitrary user id
        user = str(os.getuid())
    host = socket.gethostname()
    return Holder(_plain(user), _plain(host), _place(), os.getpid(), _begun(os.getpid()))


def holder_of(identity: str) -> Holder | None:
    """The holder that wrote this text; None if it is another program's."""
    parts = identity.split("/")
    if len(parts) != 5 or not parts[3].isdecimal():
        return None
    return Holder(parts[0], parts[1], parts[2], int(parts[3]), parts[4])


def _plain(text: str) -> str:
    return text.replace("/", "_") or "unknown"


def _place() -> str:
    """A digest of this boot, host name and process namespace: where a process id means a process."""
    parts = [socket.gethostname(), _text("/proc/sys/kernel/random/boot_id")]
    try:
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    except OSError:
        parts.append("")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _begun(process: int) -> str:
    """When a process began, in ticks; without /proc only whether it runs. Empty if it does not."""
    stat = _text(f"/proc/{process}/stat")
    if stat:
        return stat.rpartition(")")[2].split()[19]
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return ""
    except OSError:
        return "runs"  # it is another user's
    return "runs"


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
