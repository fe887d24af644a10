"""An API server that is killed in the middle of an apply, and started again: the next run ends the work."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psutil
import pytest
from msgspec.structs import replace

from dlctl.sandbox.host.processes import Running
from dlctl.sandbox.host.state import State, load, save
from tests.cluster.scripted_server import Answer, Seen
from tests.controlplane import ControlPlane, StartControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, config, deployment
from tests.on_cluster.faults import between, writes_member
from tests.project import Project

pytestmark = [pytest.mark.controlplane, pytest.mark.slow]

ROUNDS = int(os.environ.get("DLCTL_TORTURE") or 1)
NAMES = [f"part-{number:02}" for number in range(20)]
LIMIT = 60.0
PROGRAM = "kube-apiserver"


class ApiServer:
    """The program kube-apiserver of a sandbox, which a test kills and starts again."""

    def __init__(self, control_plane: ControlPlane) -> None:
        self._control_plane = control_plane
        self._folder = control_plane.home.folder(control_plane.name)
        pid = next(each.pid for each in self._state.processes if each.program == PROGRAM)
        self._process: psutil.Process = psutil.Process(pid)
        self._command, self._environ = self._process.cmdline(), self._process.environ()

    @property
    def _state(self) -> State:
        found = load(self._folder, self._control_plane.name)
        assert found is not None
        return found

    def restart(self, pause: float) -> None:
        """Kill it, and start it again after a pause, as the sandbox did."""
        self._process.kill()
        self._process.wait(LIMIT)
        time.sleep(pause)
        self._process = psutil.Popen(
            self._command,
            env=self._environ,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        state = self._state
        others = (each for each in state.processes if each.program != PROGRAM)
        now = Running(PROGRAM, self._process.pid, self._process.create_time())
        save(self._folder, replace(state, processes=(*others, now)))

    def wait(self) -> None:
        """Wait until it answers."""
        end = time.monotonic() + LIMIT
        while self._control_plane.kubectl("get", "--raw", "/readyz").returncode:
            assert time.monotonic() < end
            time.sleep(0.5)

    def end(self) -> None:
        self._process.kill()
        self._process.wait(LIMIT)


@pytest.fixture
def api_server(start_control_plane: StartControlPlane) -> Iterator[tuple[ControlPlane, ApiServer]]:
    """A control plane of this test's own; asked for before `project`, which has a cache of its own."""
    control_plane = start_control_plane()
    made = ApiServer(control_plane)
    yield control_plane, made
    made.end()


def test_an_apply_whose_api_server_restarts(
    api_server: tuple[ControlPlane, ApiServer], project: Project, tmp_path: Path
) -> None:
    control_plane, server = api_server
    app = AppOnCluster(project, control_plane, "restarted")
    app.environment("dev", pin=control_plane)
    for number in range(ROUNDS):
        random = Random(number)
        left, restarting = random.randint(1, len(NAMES)), threading.Event()

        def fault(seen: Seen, random: Random = random, done: threading.Event = restarting) -> Answer | None:
            nonlocal left
            left -= writes_member(seen)
            if left <= 0 and not done.is_set():
                done.set()
                server.restart(random.random())
            return None

        app.component("web", *(config(name, round=str(number)) for name in NAMES), deployment("web"))
        with between(control_plane, tmp_path, fault) as proxy:
            app.context("first", control_plane, cluster={"server": proxy.url})
            answer = app.run("apply", "dev", "--timeout", "60s")
        assert restarting.is_set()
        assert "Traceback" not in answer.err
        assert answer.code in (0, 1, 3), answer.err
        server.wait()
        app.context("first", control_plane)
        app.run("apply", "dev").ok()
        assert app.names("configmap") == NAMES
        assert {app.get("configmap", name)["data"]["round"] for name in NAMES[:3]} == {str(number)}
        assert app.run("diff", "dev").code == 0
