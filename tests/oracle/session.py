"""Run the cases of some numbers on a sandbox, batch after batch, while its simulated kubelets rest.

Nothing may end by itself: kwok is stopped, and nodes are made ready by the oracle. They are gone again before
the node controller misses their heartbeats.
"""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from dlctl.errors import ClusterError
from dlctl.sandbox.host.home import Home
from dlctl.sandbox.host.state import load
from tests.oracle.cluster import Cluster, cluster_of, keep_alive
from tests.oracle.make_case import make_case
from tests.oracle.run import Answer, prepare, run_batch

HEARTBEAT = 10.0


def answers(kubeconfig: Path, home: Home, name: str, indices: Sequence[int], batch: int) -> Iterator[Answer]:
    """What was said and what happened, for each number."""
    cluster = cluster_of(kubeconfig, home.state / "oracle-cache")
    prepare(cluster)
    with resting_kubelets(home, name), beating(cluster):
        for first in range(0, len(indices), batch):
            yield from run_batch(cluster, [make_case(index) for index in indices[first : first + batch]])


@contextmanager
def beating(cluster: Cluster) -> Iterator[None]:
    """Nodes are alive inside, however long the machine takes for a batch."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(HEARTBEAT):
            with suppress(ClusterError):  # the next time is soon enough
                keep_alive(cluster)

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def resting_kubelets(home: Home, name: str) -> Iterator[None]:
    """A sandbox's kwok does nothing inside."""
    state = load(home.folder(name), name)
    assert state is not None
    pids = [each.pid for each in state.processes if each.program == "kwok"]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
