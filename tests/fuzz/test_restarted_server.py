"""An API server that is killed in the middle of an apply, and started again: the next run ends the work.

It is a second one on the etcd of the session's control plane, so that nobody else misses it.
"""

import dataclasses
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psutil
import pytest

from dlctl.sandbox.host.ports import free_port_pair
from dlctl.sandbox.host.state import load
from tests.cluster.scripted_server import Answer, Seen
from tests.controlplane import ControlPlane, Namespace
from tests.on_cluster.app_on_cluster import AppOnCluster, config, deployment
from tests.on_cluster.faults import between, writes_member
from tests.project import Project

pytestmark = [
    pytest.mark.controlplane,
    pytest.mark.slow,
    # The server is killed while the proxy of the test connects: seldom a socket of that is left to Python.
    pytest.mark.filterwarnings(
        r"ignore:Exception ignored in. <ssl\.SSLSocket:pytest.PytestUnraisableExceptionWarning"
    ),
]

ROUNDS = int(os.environ.get("DLCTL_TORTURE") or 1)
NAMES = [f"part-{number:02}" for number in range(20)]
LIMIT = 60.0
PROGRAM = "kube-apiserver"


class ApiServer:
    """A second kube-apiserver of a control plane, on a port of its own, which is killed and started."""

    def __init__(self, control_plane: ControlPlane) -> None:
        found = load(control_plane.home.folder(control_plane.name), control_plane.name)
        assert found is not None
        first = psutil.Process(next(each.pid for each in found.processes if each.program == PROGRAM))
        self._environ = first.environ()
        port, _ = free_port_pair()
        old = control_plane.server.rpartition(":")[2]
        self._command = [
            word.replace(f"--secure-port={old}", f"--secure-port={port}") for word in first.cmdline()
        ]
        assert self._command != first.cmdline()
        self.control_plane = dataclasses.replace(control_plane, server=f"https://127.0.0.1:{port}")
        self._start()

    def _start(self) -> None:
        null = subprocess.DEVNULL
        self._process = subprocess.Popen(
            self._command, env=self._environ, start_new_session=True, stdin=null, stdout=null, stderr=null
        )

    def restart(self, pause: float) -> None:
        """Kill it, and start it again after a pause."""
        self.end()
        time.sleep(pause)
        self._start()

    def wait(self) -> None:
        """Wait until it answers."""
        end = time.monotonic() + LIMIT
        server = ("--server", self.control_plane.server)
        while self.control_plane.kubectl(*server, "get", "--raw", "/readyz").returncode:
            assert time.monotonic() < end
            time.sleep(0.3)

    def end(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait(LIMIT)


@pytest.fixture
def api_server(control_plane: ControlPlane) -> Iterator[ApiServer]:
    """A server that is up."""
    made = ApiServer(control_plane)
    try:
        made.wait()
        yield made
    finally:
        made.end()


def test_an_apply_whose_api_server_restarts(
    api_server: ApiServer,
    control_plane: ControlPlane,
    namespace: Namespace,
    project: Project,
    tmp_path: Path,
) -> None:
    app = AppOnCluster(project, control_plane, namespace.name)
    app.context("first", control_plane)
    app.environment("dev", pin=control_plane)
    for number in range(ROUNDS):
        random = Random(number)
        left, restarting = random.randint(1, len(NAMES)), threading.Event()

        def fault(seen: Seen, random: Random = random, done: threading.Event = restarting) -> Answer | None:
            nonlocal left
            left -= writes_member(seen)
            if left <= 0 and not done.is_set():
                done.set()
                api_server.restart(random.random())
            return None

        app.component("web", *(config(name, round=str(number)) for name in NAMES), deployment("web"))
        with between(api_server.control_plane, tmp_path, fault) as proxy:
            app.context("first", control_plane, cluster={"server": proxy.url})
            answer = app.run("apply", "dev", "--timeout", "60s")
        assert restarting.is_set()
        assert "Traceback" not in answer.err
        assert answer.code in (0, 1, 3), answer.err
        api_server.wait()
        app.context("first", control_plane)
        app.run("apply", "dev").ok()
        assert app.names("configmap") == NAMES
        assert {app.get("configmap", name)["data"]["round"] for name in NAMES[:3]} == {str(number)}
        assert app.run("diff", "dev").code == 0
