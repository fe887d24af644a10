"""Run a program with limits on its time, its output and what it leaves on disk."""

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

POLL = 0.2
"""Seconds between two looks at the clock and at the disk."""
_PIECE = 1 << 16


class Limits(Struct, frozen=True):
    """Seconds, bytes of output, and bytes of the files below `folder`; 0 bytes mean no limit."""

    seconds: float
    output: int
    folder: Path | None = None
    disk: int = 0


class Ended(Struct, frozen=True):
    """How a program ended; `broken` is the limit that it exceeded: `time`, `output`, `disk`, or empty."""

    code: int
    out: bytes
    err: str
    broken: str = ""


def run(
    command: Sequence[str],
    environ: Mapping[str, str],
    limits: Limits,
    *,
    data: bytes = b"",
    progress: Callable[[str], object] = lambda line: None,
) -> Ended:
    """Run a program in a session of its own, without a terminal; `data` is its standard input.

    `progress` gets each line of its standard error. The program and its children are killed if a limit is
    exceeded or the call is interrupted. Raises OSError if it cannot be started.
    """
    with tempfile.TemporaryFile() as given:
        given.write(data)
        given.seek(0)
        with subprocess.Popen(
            list(command),
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environ),
            start_new_session=True,
        ) as process:
            try:
                return _Watch(process, limits, progress).until_end()
            except BaseException:
                _kill(process)
                raise


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill what is left of the program's session: its helpers hold its pipes open."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


class _Watch:
    """Reads a program's output until it ends or a limit is exceeded."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", limits: Limits, progress: Callable[[str], object]
    ) -> None:
        self.process = process
        self.limits = limits
        self.progress = progress
        self.out = bytearray()
        self.err = bytearray()
        self.line = bytearray()

    def until_end(self) -> Ended:
        deadline = time.monotonic() + self.limits.seconds
        broken = ""
        with selectors.DefaultSelector() as selector:
            assert self.process.stdout
            assert self.process.stderr
            selector.register(self.process.stdout, selectors.EVENT_READ, self._take_out)
            selector.register(self.process.stderr, selectors.EVENT_READ, self._take_err)
            while selector.get_map() and not broken:
                for key, _ in selector.select(POLL):
                    piece = os.read(key.fd, _PIECE)
                    if not piece:
                        selector.unregister(key.fileobj)
                    key.data(piece)
                broken = self._broken(deadline)
        if broken:
            _kill(self.process)
        code = self.process.wait()
        return Ended(code, bytes(self.out), self.err.decode("utf-8", "replace"), broken)

    def _take_out(self, piece: bytes) -> None:
        self.out += piece

    def _take_err(self, piece: bytes) -> None:
        self.err = (self.err + piece)[-_PIECE:]
        *lines, rest = (self.line + piece).replace(b"\r", b"\n").split(b"\n")
        self.line = rest[-_PIECE:]
        for line in lines:
            self.progress(line.decode("utf-8", "replace"))

    def _broken(self, deadline: float) -> str:
        if time.monotonic() > deadline:
            return "time"
        if len(self.out) > self.limits.output:
            return "output"
        if self.limits.folder and self.limits.disk and _size(self.limits.folder) > self.limits.disk:
            return "disk"
        return ""


def _size(folder: Path) -> int:
    """The bytes of the files below a folder; what disappears meanwhile does not count."""
    total = 0
    for at, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(at, name)).st_size  # noqa: PTH118 - many, often
    return total
