"""Run the cases of some numbers on a sandbox, batch after batch, while its simulated kubelets rest.

Nothing may end by itself: kwok is stopped, and nodes are made ready by the oracle. They are gone again before
the node controller misses their heartbeats.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dlctl.sandbox.host.home import Home
from dlctl.sandbox.host.state import load
from tests.oracle.cluster import cluster_of
from tests.oracle.make_case import make_case
from tests.oracle.run import Answer, prepare, run_batch


def answers(kubeconfig: Path, home: Home, name: str, indices: Sequence[int], batch: int) -> Iterator[Answer]:
    """What was said and what happened, for each number."""
    cluster = cluster_of(kubeconfig, home.state / "oracle-cache")
    prepare(cluster)
    with resting_kubelets(home, name):
        for first in range(0, len(indices), batch):
            yield from run_batch(cluster, [make_case(index) for index in indices[first : first + batch]])


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
