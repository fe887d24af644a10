"""dlctl as a process of its own: to be signalled, killed, or given a terminal."""

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.on_cluster.app_on_cluster import Desk
from tests.project import Outcome

COMMAND = (sys.executable, "-m", "dlctl.cli.main")
LIMIT = 60
"""Seconds after which a process counts as hung."""


def environ_of(desk: Desk, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables of a desk's processes."""
    return {**os.environ, **desk.project.environ, **(more or {})}


@dataclass(frozen=True)
class Started:
    """A process that runs."""

    process: "subprocess.Popen[str]"

    def end(self) -> Outcome:
        """Wait until it has ended."""
        out, err = self.process.communicate(timeout=LIMIT)
        return Outcome(self.process.returncode, out, err)


def start(desk: Desk, *words: str) -> Started:
    """Start `dlctl WORDS` in the desk's app."""
    return Started(
        subprocess.Popen(
            [*COMMAND, *words],
            cwd=desk.project.root,
            env=environ_of(desk),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    )


def on_terminal(
    desk: Desk,
    *words: str,
    typed: str = "",
    interrupt_at: str = "",
    meanwhile: Callable[[], object] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Outcome:
    """Run `dlctl WORDS` on a terminal, on which `typed` is typed; all that it shows is `out`.

    Once `interrupt_at` is shown, the process is interrupted as by Ctrl-C. `meanwhile` is done once a
    question is asked, before anything is typed.
    """
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *words],
        cwd=desk.project.root,
        env=environ_of(desk, {"TERM": "xterm", **(environ or {})}),
        stdin=slave,
        stdout=slave,
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
    return Outcome(process.wait(LIMIT), shown, "")


def _parts(master: int) -> Iterator[str]:
    """What is shown, until the last process has left the terminal: Linux says so with EIO."""
    while select.select([master], [], [], LIMIT)[0]:
        try:
            part = os.read(master, 65536)
        except OSError:
            return
        yield part.decode()
    raise TimeoutError("the process neither ends nor says anything")
