"""Run whole programs, and measure their wall time, processor time and memory."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DLCTL = (str(Path(sys.executable).with_name("dlctl")),)
BARE = (sys.executable, "-c", "pass")

_PEAK = """
import json, os, resource, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])
_, status, usage = os.wait4(pid, 0)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "peak": usage.ru_maxrss}))
"""
"""A small parent: a process starts with its parent's peak, and that of pytest is large."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a program took, in seconds; `cpu` is user and system time together."""

    wall: float
    cpu: float
    out: str


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder and the environment variables that programs run with."""

    folder: Path
    environ: Mapping[str, str]

    @property
    def scratch(self) -> Path:
        """Where output goes: to files, since a full pipe would make a program wait for its reader."""
        return Path(self.environ["HOME"])

    def run(self, *words: str, codes: Sequence[int] = (0,), environ: Mapping[str, str] | None = None) -> Run:
        """Run a program to its end; it must end with one of `codes`."""
        with (self.scratch / "out").open("w+b") as out, (self.scratch / "err").open("w+b") as err:
            started = time.perf_counter()
            child = subprocess.Popen(
                words, cwd=self.folder, env={**self.environ, **(environ or {})}, stdout=out, stderr=err
            )
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.perf_counter() - started
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            assert child.returncode in codes, (words, child.returncode, err.read().decode()[-2000:])
            return Run(wall, usage.ru_utime + usage.ru_stime, out.read().decode())

    def peak(self, *words: str, codes: Sequence[int] = (0,)) -> float:
        """The largest resident memory of one run, in MB (10^6 bytes)."""
        command = [sys.executable, "-I", "-S", "-c", _PEAK, *words]
        answer = subprocess.run(
            command, cwd=self.folder, env=dict(self.environ), capture_output=True, text=True, check=True
        )
        seen = json.loads(answer.stdout.splitlines()[-1])
        assert seen["code"] in codes, answer.stderr[-2000:]
        return float(seen["peak"]) * 1024 / 1e6
