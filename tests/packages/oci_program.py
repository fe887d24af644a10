"""A registry program of the distribution project on loopback, built once into the user's cache."""

import contextlib
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from dlctl.errors import SandboxError
from dlctl.events import no_events
from dlctl.sandbox.host.home import Home
from dlctl.sandbox.programs.build import Recipe, built_binary

RECIPE = Recipe("the OCI registry", Path(__file__).with_name("oci_registry"), ("--version",))

_CONFIG = """\
version: 0.1
log: {{accesslog: {{disabled: false}}, level: info}}
storage:
  filesystem: {{rootdirectory: {root}}}
  delete: {{enabled: true}}
http: {{addr: "127.0.0.1:{port}", secret: for-tests}}
{more}
"""


@dataclass(frozen=True)
class OciProgram:
    """A running registry: its host with the port, and its log of requests."""

    host: str
    log: Path

    def location(self, repository: str = "acme/packages") -> str:
        """A repository in it, as dlctl's users write it."""
        return f"oci://{self.host}/{repository}"

    def requests(self) -> list[str]:
        """The lines of its log that are about requests."""
        return [line for line in self.log.read_text().splitlines() if '"GET /' in line or '"PUT /' in line]


@cache
def registry_binary() -> Path | None:
    """The program; None where it cannot be built, for example without Go or a network."""
    try:
        return built_binary(Home.from_environ(os.environ), os.environ, no_events, RECIPE)
    except SandboxError:
        return None


@contextlib.contextmanager
def oci_program(folder: Path, more: str = "") -> Iterator[OciProgram]:
    """Run a registry that keeps its files in a folder; `more` is YAML for its configuration."""
    binary = registry_binary()
    if binary is None:
        pytest.skip("the OCI registry cannot be built here: it needs Go, and its modules")
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    config, log = folder / "config.yaml", folder / "log"
    config.write_text(_CONFIG.format(root=folder / "files", port=port, more=more))
    environ = {"PATH": os.environ["PATH"], "OTEL_TRACES_EXPORTER": "none"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [binary, "serve", config], env=environ, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait(process, port, log)
        yield OciProgram(f"127.0.0.1:{port}", log)
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return
        time.sleep(0.05)
    raise AssertionError(f"the registry did not start:\n{log.read_text()}")


if __name__ == "__main__":  # before the tests, which have time limits of their own
    print(registry_binary() or "the OCI registry cannot be built here: its tests will be skipped")
