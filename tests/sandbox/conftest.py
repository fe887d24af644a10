"""The command line on a sandbox home of the test's own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from dlctl.sandbox.host.home import Home
from dlctl.sandbox.host.processes import MARK
from dlctl.sandbox.lifecycle.up_and_down import down

PROGRAMS = {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "kubelet"}


@dataclass(frozen=True)
class CommandLine:
    """`dlctl sandbox …` as a process, with its own sandbox home and its own user's home."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Home:
        return Home.from_environ(self.environment)

    @property
    def environment(self) -> dict[str, str]:
        cache = Home.from_environ(os.environ).cache.parent
        own = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.root / "user"),
            "XDG_CACHE_HOME": str(cache),
            "DLCTL_SANDBOX_HOME": str(self.root / "sandboxes"),
        }
        return {**own, **self.environ}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "dlctl.cli.main", "sandbox", *arguments]
        return subprocess.Popen(
            command,
            env=self.environment,
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        with self.start(*arguments) as process:
            stdout, stderr = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def ok(self, *arguments: str) -> str:
        answer = self(*arguments)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def files(self) -> list[Path]:
        """Every file that sandboxes have on this machine."""
        return [path for path in self.home.state.rglob("*") if not path.is_dir()]

    def processes(self) -> list[psutil.Process]:
        """Every process of every sandbox of this home, told by its environment and not by our records."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def program(self, name: str) -> psutil.Process:
        """The process of one program; there must be exactly one."""
        (found,) = [process for process in self.processes() if name in process.cmdline()[:2]]
        return found

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            folder = process.environ().get(MARK, "")
            running = process.status() != psutil.STATUS_ZOMBIE
        except (psutil.Error, OSError):
            return False
        return running and folder.startswith(f"{self.home.state}/")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[CommandLine]:
    """The command line; whatever the test leaves running is stopped."""
    (tmp_path / "user").mkdir()
    command_line = CommandLine(tmp_path)
    yield command_line
    for name in command_line.home.names():
        down(name, home=command_line.home)
