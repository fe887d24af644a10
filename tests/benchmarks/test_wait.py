"""`--wait` on 500 Deployments: how soon it ends after the last one is ready.

How many requests a wait makes is counted in tests/deploy/test_wait_for_objects.py.
"""

import subprocess
import threading
import time

import pytest

from tests.benchmarks.cluster_work import Work, make_work
from tests.benchmarks.comparison import report_limit
from tests.benchmarks.programs import DLCTL, Programs
from tests.controlplane import ControlPlane

DEPLOYMENTS = 500


@pytest.fixture
def work(online: Programs, control_plane: ControlPlane) -> Work:
    """An app of so many Deployments."""
    return make_work(online, control_plane, "web", DEPLOYMENTS)


def ready(work: Work, namespace: str) -> int:
    """How many Deployments are available."""
    path = "jsonpath={.items[*].status.conditions[?(@.type=='Available')].status}"
    command = [*work.kubectl, "get", "deployments", "-n", namespace, "-o", path]
    return work.programs.run(*command).out.split().count("True")


def test_the_wait_ends_with_the_last_deployment(work: Work) -> None:
    """The time counts from the beginning of the last look that saw one that was not ready."""
    namespace = work.namespace()
    work.apply(namespace)
    waiting = subprocess.Popen(
        [*DLCTL, "status", namespace, "--wait", "--timeout", "10m"],
        cwd=work.programs.folder,
        env=dict(work.programs.environ),
        stdout=subprocess.DEVNULL,
    )
    ended: list[float] = []
    watcher = threading.Thread(target=lambda: ended.append(waiting.wait() + time.monotonic()))
    watcher.start()
    looked = time.monotonic()
    while True:
        now = time.monotonic()
        if ready(work, namespace) == DEPLOYMENTS:
            break
        looked = now
    watcher.join(600)
    assert waiting.returncode == 0
    report_limit(f"wait for {DEPLOYMENTS} Deployments, after the last", ended[0] - looked, "s", 1)
    work.clear(namespace)
