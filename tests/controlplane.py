"""Fixtures that give tests a real control plane: loaded by tests/conftest.py through `pytest_plugins`.

One sandbox serves the whole test session, all xdist workers included; tests isolate themselves by
namespace. One that few modules use is stopped after them, as an idle one takes a twentieth of a core.
The process that pytest was started as removes every sandbox of the session at its end.
Nothing here skips: where the control plane is missing it is built, and where it cannot be, tests fail.
"""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from urllib3.exceptions import HTTPError

from dlctl.errors import FileError
from dlctl.sandbox.host.home import Home
from dlctl.sandbox.kinds.names import chosen_kinds
from dlctl.sandbox.lifecycle.lookup import kubeconfig_path, kubectl_command
from dlctl.sandbox.lifecycle.up_and_down import down, up
from dlctl.sandbox.nodes.nodes import parse_nodes
from tests.api_server import ApiServer, RefusedError, api_server

SESSION_HOME = "DLCTL_TEST_SANDBOX_HOME"
"""Set by the first pytest process, and so inherited by its xdist workers."""

NODES = "v100x8-ib100=2,cpu-only=2"
PARENT = Path(tempfile.gettempdir()) / f"dlctl-tests-{os.getuid()}"


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """A running sandbox, seen from a test."""

    name: str
    home: Home
    server: str
    context: str
    kubeconfig: Path

    def kubectl(self, *arguments: str, input: str | None = None) -> subprocess.CompletedProcess[str]:  # noqa: A002
        """Run the sandbox's own kubectl, without checking how it ends."""
        command = [*kubectl_command(self.name, home=self.home), *arguments]
        environment = {
            "KUBECONFIG": str(self.kubeconfig),
            "PATH": os.environ["PATH"],
            "HOME": str(self.home.state),  # kubectl keeps its discovery cache below it
            "KUBECTL_APPLYSET": "true",  # offers --applyset
        }
        return subprocess.run(
            command, env=environment, input=input, capture_output=True, text=True, timeout=120
        )

    @property
    def api(self) -> ApiServer:
        """The API server itself, asked without a process for each request."""
        return api_server(self.kubeconfig)

    def get(self, *arguments: str) -> Any:
        """What `kubectl get … -o json` answers; it must succeed."""
        with contextlib.suppress(RefusedError, HTTPError):
            if (found := self.api.get(*arguments)) is not None:
                return found
        answer = self.kubectl("get", *arguments, "-o", "json")
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    def user_kubeconfig(self, user: str) -> Path:
        """The kubeconfig of a user of less right: editor, viewer or nobody."""
        return kubeconfig_path(self.name, home=self.home, user=user)


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace of one test; `kubectl` works in it."""

    name: str
    control_plane: ControlPlane

    def kubectl(self, *arguments: str, input: str | None = None) -> subprocess.CompletedProcess[str]:  # noqa: A002
        """Run kubectl in this namespace."""
        return self.control_plane.kubectl("--namespace", self.name, *arguments, input=input)

    def get(self, *arguments: str) -> Any:
        """What `kubectl get … -o json` answers in this namespace; it must succeed."""
        return self.control_plane.get("--namespace", self.name, *arguments)


StartControlPlane = Callable[..., ControlPlane]


def pytest_configure(config: pytest.Config) -> None:
    """In the first process only: choose the session's home, and clean after sessions that were killed."""
    if hasattr(config, "workerinput") or SESSION_HOME in os.environ:
        return
    _sweep_dead_sessions()
    PARENT.mkdir(mode=0o700, exist_ok=True)
    home = PARENT / f"{os.getpid()}-{int(psutil.Process().create_time())}"
    os.environ[SESSION_HOME] = str(home)
    config.add_cleanup(lambda: _remove_session(home))


def _remove_session(home: Path) -> None:
    os.environ.pop(SESSION_HOME, None)
    for name in _home(home).names():
        down(name, home=_home(home))
    shutil.rmtree(home, ignore_errors=True)


def _sweep_dead_sessions() -> None:
    for folder in PARENT.iterdir() if PARENT.is_dir() else ():
        pid, _, started = folder.name.partition("-")
        try:
            alive = abs(psutil.Process(int(pid)).create_time() - int(started)) < 2
        except psutil.NoSuchProcess:
            alive = False
        if not alive:
            with contextlib.suppress(FileError):  # another session removes it at this moment
                _remove_session(folder)


def _home(state: Path) -> Home:
    """The session's own state, but the user's cache: nobody wants to build the control plane twice."""
    return Home(state=state, cache=Home.from_environ(os.environ).cache)


def _start(
    name: str, nodes: str = NODES, operators: Sequence[str] = (), kinds: Sequence[str] = ()
) -> ControlPlane:
    home = _home(Path(os.environ[SESSION_HOME]))
    planned, served = parse_nodes(nodes), chosen_kinds(kinds)
    sandbox = up(name, home=home, environ=os.environ, nodes=planned, operators=operators, kinds=served)
    return ControlPlane(name, home, sandbox.server, sandbox.context, sandbox.kubeconfig)


def shared_control_plane(
    name: str, nodes: str = "cpu-only=1", operators: Sequence[str] = (), kinds: Sequence[str] = ()
) -> ControlPlane:
    """One more control plane of this session, started where it does not run yet: for session fixtures."""
    return _start(name, nodes, operators, kinds)


@contextlib.contextmanager
def passing_control_plane(
    name: str, nodes: str = "cpu-only=1", operators: Sequence[str] = (), kinds: Sequence[str] = ()
) -> Iterator[ControlPlane]:
    """The same for fixtures of a module or package: the last process that uses it stops it."""
    state = Path(os.environ[SESSION_HOME])
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (state / f".{name}.users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield (control_plane := _start(name, nodes, operators, kinds))
        with contextlib.suppress(BlockingIOError):  # another process uses it
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            down(name, home=control_plane.home)


@contextlib.contextmanager
def alone_on(name: str) -> Iterator[None]:
    """No other process is in this block: for tests that fill the nodes of a control plane that they share."""
    with (Path(os.environ[SESSION_HOME]) / f".{name}.alone").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def control_plane() -> ControlPlane:
    """The session's control plane: with two simulated GPU nodes and two plain ones."""
    return _start("first")


@pytest.fixture(scope="session")
def second_control_plane() -> ControlPlane:
    """Another one, for tests that need two clusters."""
    return _start("second")


@pytest.fixture(scope="session")
def training_control_plane() -> ControlPlane:
    """One with the operators of training jobs, and with the CRDs of all other kinds beside theirs."""
    operators = ("training-operator", "trainer")
    return shared_control_plane("operated", "v100x8-ib100=1,cpu-only=1", operators, ("all",))


@pytest.fixture
def start_control_plane() -> Iterator[StartControlPlane]:
    """Start control planes that this test has for itself: `start_control_plane(name=…, nodes=…)`."""
    started: list[ControlPlane] = []

    def start(name: str = "own", nodes: str = "cpu-only=1") -> ControlPlane:
        started.append(_start(f"{name}-{uuid.uuid4().hex[:8]}", nodes))
        return started[-1]

    yield start
    for control_plane in started:
        down(control_plane.name, home=control_plane.home)


@pytest.fixture
def namespace(control_plane: ControlPlane) -> Iterator[Namespace]:
    """A fresh namespace for one test, deleted afterwards without waiting."""
    name = f"test-{uuid.uuid4().hex[:10]}"
    control_plane.api.create_namespace(name)
    yield Namespace(name, control_plane)
    with contextlib.suppress(RefusedError, HTTPError):  # a test may have deleted it, or stopped the server
        control_plane.api.delete_namespace(name)
