"""Processes on a terminal: what they write to it, and what somebody in front of it then sees."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DLCTL = (sys.executable, "-m", "dlctl.cli.main")
LIMIT = 60
"""Seconds after which a process counts as hung."""
CODE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a process wrote to its terminal, byte for byte, and its exit code."""

    code: int
    raw: str

    @property
    def text(self) -> str:
        """Without codes for colours and the cursor."""
        return CODE.sub("", self.raw).replace("\r\n", "\n")

    @property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.splitlines()


def on_terminal(
    command: Sequence[str],
    *,
    cwd: Path,
    environ: Mapping[str, str],
    columns: int = 0,
    typed: str = "",
    interrupt_at: str = "",
    meanwhile: Callable[[], object] | None = None,
    stdout: int | None = None,
) -> Shown:
    """Run a command on a terminal of so many columns, on which `typed` is typed.

    Once `interrupt_at` is shown, the process is interrupted as by Ctrl-C. `meanwhile` is done once a
    question is asked, before anything is typed. `stdout` is where its output goes instead.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50 if columns else 0, columns, 0, 0))
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={"TERM": "xterm", **environ},
        stdin=slave,
        stdout=slave if stdout is None else stdout,
        stderr=slave,
    )
    os.close(slave)
    if meanwhile is None:
        os.write(master, typed.encode())
    shown = ""
    for part in _parts(master):
        shown += part
        if meanwhile is not None and "[y/N]" in shown:
            meanwhile()
            os.write(master, typed.encode())
            meanwhile = None
        if interrupt_at and interrupt_at in shown:
            process.send_signal(signal.SIGINT)
            interrupt_at = ""
    os.close(master)
    return Shown(process.wait(LIMIT), shown)


def _parts(master: int) -> Iterator[str]:
    """What is shown, until the last process has left the terminal: Linux says so with EIO."""
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    while select.select([master], [], [], LIMIT)[0]:
        try:
            part = os.read(master, 65536)
        except OSError:
            return
        yield decoder.decode(part)
    raise TimeoutError("the process neither ends nor says anything")
