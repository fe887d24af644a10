"""Processes that outlive the command that starts them, and how to be sure that they are ours.

A process id alone is not an identity: ids are reused. So the time of the start is kept beside it, and
every process carries the sandbox's folder in its environment, which also finds one whose id was never
written down because its starter was killed first.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

MARK = "DLCTL_SANDBOX_FOLDER"
"""The environment variable that names the sandbox a process belongs to."""

CLOCK_TOLERANCE = 1.0
"""Seconds by which a start time may differ: it is derived from the wall clock, which gets adjusted."""

POLL = 0.02

INHERITED = ("PATH", "HOME", "TMPDIR")
"""What the programs see of the user's environment: no proxy and no credentials."""


@dataclass(frozen=True, slots=True)
class Running:
    """One started program."""

    program: str
    pid: int
    started: float


def spawn(
    program: str, command: Sequence[str], folder: Path, log: Path, environ: Mapping[str, str]
) -> Running:
    """Start a program in a session of its own, so that neither Ctrl-C nor the caller's end reaches it."""
    environment = {name: environ[name] for name in INHERITED if name in environ}
    environment[MARK] = str(folder)
    write = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    pid = os.posix_spawn(
        command[0],
        list(command),
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), write, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )
    return Running(program, pid, _start_time(pid))


def _start_time(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0


def find(running: Running, folder: Path) -> psutil.Process | None:
    """The process, if it still runs and is the one that was started."""
    try:
        process = psutil.Process(running.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        same_time = abs(process.create_time() - running.started) < CLOCK_TOLERANCE
    except psutil.Error:
        return None
    return process if same_time or _belongs(process, folder) else None


def strays(folder: Path) -> list[psutil.Process]:
    """Processes of this sandbox, whether or not they were written down."""
    return [process for process in psutil.process_iter() if _belongs(process, folder)]


def _belongs(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.environ().get(MARK) == str(folder)
    except (psutil.Error, OSError):
        return False


def stop(processes: Iterable[psutil.Process], patience: float) -> None:
    """End processes: SIGTERM, and SIGKILL for those that still run after `patience` seconds."""
    running = list(processes)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in running:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        running = _still_running(running, patience)


def _still_running(processes: list[psutil.Process], patience: float) -> list[psutil.Process]:
    end = time.monotonic() + patience
    while (processes := [process for process in processes if not _ended(process)]) and time.monotonic() < end:
        time.sleep(POLL)
    return processes


def _ended(process: psutil.Process) -> bool:
    """Whether a process has ended; one that waits to be reaped has, which init may take seconds for."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)  # reaps it where it is a child of ours
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
