"""`up` and `down` against real processes."""

import json
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.sandbox.conftest import PROGRAMS, CommandLine

pytestmark = pytest.mark.controlplane


def status(sandbox: CommandLine, name: str = "sandbox") -> str:
    items = json.loads(sandbox.ok("list", "-o", "json"))["items"]
    return next(str(item["status"]) for item in items if item["name"] == name)


def test_up_runs_five_programs_on_loopback_and_down_leaves_nothing(sandbox: CommandLine) -> None:
    sandbox.ok("up")

    processes = sandbox.processes()
    assert {process.cmdline()[1] for process in processes} == PROGRAMS
    listening = {
        connection.laddr.ip
        for process in processes
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    assert (
        sandbox.ok("kubectl", "sandbox", "get", "nodes", "-o", "name") == "node/cpu-only-0\nnode/cpu-only-1\n"
    )
    (server,) = [process for process in processes if process.cmdline()[1] == "kube-apiserver"]
    server.suspend()
    assert status(sandbox) == "starting", "its API server does not answer"
    server.resume()
    assert status(sandbox) == "running"

    sandbox.ok("down")
    assert sandbox.processes() == []
    assert sandbox.files() == []
    assert sandbox("kubeconfig").returncode == 1
    assert sandbox.ok("down") == ""


def test_two_sandboxes_started_at_once_are_separate(sandbox: CommandLine) -> None:
    with ThreadPoolExecutor(3) as pool:
        ends = list(pool.map(lambda name: sandbox("up", name), ("one", "two", "one")))

    assert [end.returncode for end in ends] == [0, 0, 0]
    assert len(sandbox.processes()) == 2 * len(PROGRAMS)
    identity = ("get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}")
    assert sandbox.ok("kubectl", "one", *identity) != sandbox.ok("kubectl", "two", *identity)

    sandbox.ok("down", "one")
    assert sandbox.ok("list", "-o", "name") == "two\n"
    assert len(sandbox.processes()) == len(PROGRAMS)


def test_up_restores_kept_data(sandbox: CommandLine) -> None:
    sandbox.ok("up", "--nodes", "roce25=1")
    sandbox.ok("kubectl", "sandbox", "create", "configmap", "kept", "--from-literal=a=1")
    lease = node_lease(sandbox)

    sandbox.ok("down", "--keep")
    assert sandbox.processes() == []
    assert status(sandbox) == "stopped"

    sandbox.ok("up")
    assert sandbox.ok("kubectl", "sandbox", "get", "configmap", "kept", "-o", "jsonpath={.data.a}") == "1"
    assert sandbox.ok("kubectl", "sandbox", "get", "nodes", "-o", "name") == "node/roce25-0\n"
    assert node_lease(sandbox) != lease, "the node is played at once, not when the old lease has run out"


def node_lease(sandbox: CommandLine) -> str:
    """The identity of the lease by which kwok holds the node."""
    lease = ("lease/roce25-0", "--namespace", "kube-node-lease")
    sandbox.ok("kubectl", "sandbox", "wait", "--for=create", *lease, "--timeout=60s")
    return sandbox.ok("kubectl", "sandbox", "get", *lease, "-o", "jsonpath={.metadata.uid}")


def test_up_after_all_processes_were_killed(sandbox: CommandLine) -> None:
    sandbox.ok("up")
    sandbox.ok("kubectl", "sandbox", "create", "configmap", "lost")
    for process in sandbox.processes():
        process.kill()

    assert status(sandbox) == "crashed"
    refused = sandbox("kubectl", "sandbox", "get", "nodes")
    assert refused.returncode == 1
    assert "start it with 'dlctl sandbox up sandbox'" in refused.stderr

    up = sandbox("up")
    assert up.returncode == 0
    assert "Cleaned up crashed sandbox 'sandbox'" in up.stderr
    assert len(sandbox.processes()) == len(PROGRAMS)
    assert sandbox("kubectl", "sandbox", "get", "configmap", "lost").returncode == 1


def test_crash_of_one_program_keeps_data_if_etcd_stopped_cleanly(sandbox: CommandLine) -> None:
    sandbox.ok("up")
    sandbox.ok("kubectl", "sandbox", "create", "configmap", "kept")
    survivor = sandbox.program("etcd")
    sandbox.program("kwok").kill()

    up = sandbox("up")

    assert "(kwok ended); its data was kept" in up.stderr
    assert not survivor.is_running()
    assert len(sandbox.processes()) == len(PROGRAMS)
    assert sandbox("kubectl", "sandbox", "get", "configmap", "kept").returncode == 0


def test_down_removes_everything_if_etcd_is_dead(sandbox: CommandLine) -> None:
    sandbox.ok("up")
    sandbox.program("etcd").kill()

    sandbox.ok("down")

    assert sandbox.processes() == []
    assert sandbox.files() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_start_leaves_nothing(sandbox: CommandLine, number: signal.Signals) -> None:
    with sandbox.start("up") as process:
        _wait_for_a_program(sandbox, process)
        process.send_signal(number)
        process.communicate(timeout=60)

    assert process.returncode == 128 + number
    assert sandbox.processes() == []
    assert sandbox.files() == []


def test_next_up_cleans_up_a_killed_start(sandbox: CommandLine) -> None:
    with sandbox.start("up") as process:
        _wait_for_a_program(sandbox, process)
        process.kill()
    assert sandbox.processes()

    assert "(start was interrupted)" in sandbox("up").stderr
    assert len(sandbox.processes()) == len(PROGRAMS)


def test_failed_start_shows_the_log_and_leaves_nothing(sandbox: CommandLine) -> None:
    assets = sandbox.root / "assets"
    assets.mkdir()
    etcd = assets / "etcd"
    etcd.write_text("#!/bin/sh\necho the disk is on fire\nexit 1\n")
    etcd.chmod(0o755)
    broken = CommandLine(sandbox.root, {"KUBEBUILDER_ASSETS": str(assets)})

    up = broken("up")

    assert up.returncode == 1
    assert "Error: etcd ended while the sandbox was starting" in up.stderr
    assert "the disk is on fire" in up.stderr
    assert sandbox.processes() == []
    assert sandbox.files() == []


def test_damaged_state_is_an_error_until_down(sandbox: CommandLine) -> None:
    sandbox.ok("up")
    (sandbox.home.state / "sandbox" / "sandbox.json").write_text("{")

    damaged = sandbox("up")
    assert damaged.returncode == 1
    assert "sandbox.json: the sandbox's state cannot be read" in damaged.stderr

    sandbox.ok("down")
    assert sandbox.processes() == []
    assert sandbox.files() == []


def _wait_for_a_program(sandbox: CommandLine, up: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not sandbox.processes():
        assert up.poll() is None, up.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)
