"""A sandbox with many simulated pods that have logs: its processor time while nothing happens."""

import json
import subprocess
import time

import psutil

from dlctl.sandbox.host.state import load
from dlctl.sandbox.lifecycle.lookup import kubectl_command
from tests.controlplane import ControlPlane, StartControlPlane
from tests.sandbox.story_pods import pod

PODS = 200
IDLE_CORES = 0.5


def cores(started: ControlPlane, seconds: float) -> float:
    """The processor time of all programs of a sandbox in each second."""
    state = load(started.home.folder(started.name), started.name)
    assert state is not None
    programs = [psutil.Process(each.pid) for each in state.processes]

    def used() -> float:
        return sum(sum(each.cpu_times()[:2]) for each in programs)

    before, begun = used(), time.monotonic()
    time.sleep(seconds)
    return (used() - before) / (time.monotonic() - begun)


def test_two_hundred_pods_with_logs_take_half_a_core_at_most(start_control_plane: StartControlPlane) -> None:
    begun = time.monotonic()
    started = start_control_plane(nodes="cpu-only=4")
    up = time.monotonic() - begun
    items = [pod(f"pod-{index}", "succeed@1h") for index in range(PODS)]
    listed = {"kind": "List", "apiVersion": "v1", "items": items}
    created = started.kubectl("create", "-f", "-", input=json.dumps(listed))
    assert created.returncode == 0, created.stderr
    waited = started.kubectl("wait", "--for=condition=Ready", "pod", "--all", "--timeout=120s")
    assert waited.returncode == 0, waited.stderr
    ready = time.monotonic() - begun - up
    time.sleep(10)

    idle = cores(started, 20)
    command = [*kubectl_command(started.name, home=started.home), "--kubeconfig", str(started.kubeconfig)]
    followers = [
        subprocess.Popen([*command, "logs", "-f", f"pod-{index}"], stdout=subprocess.DEVNULL)
        for index in range(20)
    ]
    followed = cores(started, 20)
    for follower in followers:
        follower.terminate()
        follower.wait()
    print(f"up {up:.1f} s, {PODS} pods {ready:.1f} s, idle {idle:.3f} cores, 20 logs followed {followed:.3f}")
    assert idle <= IDLE_CORES
    assert followed <= IDLE_CORES
