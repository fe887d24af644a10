"""Run `go build`, with progress events."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, ClassVar

from dlctl.errors import SandboxError
from dlctl.events import Emit
from dlctl.sandbox.events import Compiling, Downloading

KUBERNETES = "v1.36.3"
"""The version of k8s.io/kubernetes in go.mod, which the server reports to clients."""

_VERSION = "k8s.io/component-base/version"
_TICK = 1.0
_LINES_OF_ERROR = 15
_NETWORK = (
    "dial tcp",
    "no such host",
    "i/o timeout",
    "connection refused",
    "TLS handshake timeout",
    "403 Forbidden",
)


def _linker_flags() -> str:
    major, minor, _ = KUBERNETES.removeprefix("v").split(".")
    values = {"gitVersion": KUBERNETES, "gitMajor": major, "gitMinor": minor}
    return " ".join(["-s", "-w", *(f"-X {_VERSION}.{name}={value}" for name, value in values.items())])


class Compiler:
    """One build of the sources in `folder`."""

    FLAGS: ClassVar[tuple[str, ...]] = ("-trimpath", "-buildvcs=false", f"-ldflags={_linker_flags()}")

    def __init__(
        self,
        go: Path,
        folder: Path,
        environ: Mapping[str, str],
        emit: Emit,
        title: str = "the control plane",
    ) -> None:
        self.go = go
        self.title = title
        self.folder = folder
        # A static binary needs no C compiler; the user's go.work and GOFLAGS must not affect this build.
        self.environ = {**environ, "GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "", "CGO_ENABLED": "0"}
        self.emit = emit
        self.begun = time.monotonic()
        self.output: deque[str] = deque(maxlen=_LINES_OF_ERROR)

    def build(self, target: Path) -> None:
        """Compile to `target`. Raises SandboxError with the end of Go's output."""
        total = self._count_stale()
        done = 0
        package = ""
        self.emit(Compiling(done, total, package, self._elapsed()))
        for line in self._run(["build", "-v", *self.FLAGS, "-o", str(target), "."]):
            if self._is_package(line):
                done, package = done + 1, line
            self.emit(Compiling(done, max(total, done), package, self._elapsed()))

    def module_folder(self, module: str) -> Path:
        """The folder with the sources of a module. Raises SandboxError if Go does not have them."""
        lines = [line for line in self._run(["list", "-m", "-f", "{{.Dir}}", module]) if line]
        if not lines:
            raise SandboxError(f"{self.title} cannot be built: Go has no sources of module {module}")
        return Path(lines[-1])

    def _count_stale(self) -> int:
        """The number of packages that are not in Go's cache yet; downloads the required modules."""
        stale = "{{if .Stale}}{{.ImportPath}}{{end}}"
        count = 0
        for line in self._run(["list", "-deps", "-f", stale, *self.FLAGS, "."]):
            if line.startswith("go: downloading "):
                self.emit(Downloading(line.removeprefix("go: downloading "), self._elapsed()))
            elif self._is_package(line):
                count += 1
        return count

    @staticmethod
    def _is_package(line: str) -> bool:
        return bool(line) and " " not in line and not line.endswith(":")

    def _elapsed(self) -> float:
        return time.monotonic() - self.begun

    def _run(self, arguments: Sequence[str]) -> Iterator[str]:
        """Yield Go's output lines, and an empty line for each second without output."""
        self.output.clear()
        process = subprocess.Popen(
            [self.go, *arguments],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,  # so that an interruption also ends Go's child processes
        )
        with _ended(process):
            assert process.stdout is not None
            for line in _lines(process.stdout):
                if line:
                    self.output.append(line)
                yield line
        if process.returncode:
            raise self._failure()

    def _failure(self) -> SandboxError:
        output = "\n".join(self.output)
        hint = None
        if any(word in output for word in _NETWORK):
            hint = "the first build downloads Go modules: it needs network access, or GOPROXY set to a mirror"
        elif "no space left" in output:
            hint = "the build needs about 3 GB in Go's cache (`go env GOCACHE`): free some space"
        return SandboxError(f"{self.title} cannot be built:\n{output}", hint=hint)


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        raise
    finally:
        if process.stdout:
            process.stdout.close()
        process.wait()


def _lines(stream: IO[bytes]) -> Iterator[str]:
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if not selector.select(_TICK):
                yield ""
                continue
            chunk = os.read(stream.fileno(), 65536)
            *whole, pending = (pending + chunk).split(b"\n")
            yield from (line.decode(errors="replace").strip() for line in whole)
            if not chunk:
                yield pending.decode(errors="replace").strip()
                return
