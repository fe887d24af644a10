"""Processes that outlive the command that starts them, and how to identify them.

Process ids are reused, so the start time is recorded with the id. Every process also has the sandbox's
folder in its environment, which finds processes whose id was not recorded because the command was
killed.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import psutil
from msgspec import Struct

MARK = "DLCTL_SANDBOX_FOLDER"
"""The environment variable with the folder of a process's sandbox."""

CLOCK_TOLERANCE = 1.0
"""Tolerance of start times in seconds: they depend on the wall clock, which may be adjusted."""

POLL = 0.02

INHERITED = ("PATH", "HOME", "TMPDIR")
"""The environment variables passed to programs: no proxies and no credentials."""


class Running(Struct, frozen=True):
    """One started program."""

    program: str
    pid: int
    started: float


def spawn(
    program: str, command: Sequence[str], folder: Path, log: Path, environ: Mapping[str, str]
) -> Running:
    """Start a program in its own session, so that it survives Ctrl-C and the end of the caller."""
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
    """The process, if it is still the one that was started."""
    try:
        process = psutil.Process(running.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        same_time = abs(process.create_time() - running.started) < CLOCK_TOLERANCE
    except psutil.Error:
        return None
    return process if same_time or _belongs(process, folder) else None


def strays(folder: Path) -> list[psutil.Process]:
    """All processes of this sandbox, including unrecorded ones."""
    return [process for process in psutil.process_iter() if _belongs(process, folder)]


def _belongs(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.environ().get(MARK) == str(folder)
    except (psutil.Error, OSError):
        return False


def kill(processes: Iterable[psutil.Process], patience: float) -> None:
    """End processes at once, which have nothing to save; they are gone within `patience` seconds."""
    running = list(processes)
    for process in running:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    _still_running(running, patience)


def stop(processes: Iterable[psutil.Process], patience: float) -> None:
    """End processes with SIGTERM, and with SIGKILL after `patience` seconds."""
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
    """Whether a process has ended; a zombie has, although init may take seconds to reap it."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)  # reaps it if it is our child
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
