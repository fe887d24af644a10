"""A server that is down is not asked for ten seconds by each request, one after the other."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dlctl.cluster.client import ApiCluster
from dlctl.cluster.connect import ConnectOptions
from dlctl.cluster.http.outage import LONGEST, Outage
from dlctl.cluster.http.retry import Retry
from dlctl.cluster.shared_answer import KEPT, SharedAnswer
from dlctl.errors import ClusterError, Unreachable
from tests.cluster.scripted_cluster import CONFIG_MAPS, made_cluster
from tests.cluster.scripted_server import in_turn, scripted, status

BUSY = status(503, "ServiceUnavailable")


class Clock:
    """A clock that goes on only where somebody sleeps."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def cluster_at(folder: Path, url: str, clock: Clock, timeout: float | None = None) -> ApiCluster:
    retry = Retry(sleep=clock.sleep, chance=lambda: 1.0)
    options = ConnectOptions(retry=retry, clock=clock, timeout=timeout)
    return made_cluster(folder, url, options=options)


def test_ten_seconds_in_all(tmp_path: Path) -> None:
    clock = Clock()
    with scripted(in_turn(BUSY)) as server:
        cluster = cluster_at(tmp_path, server.url, clock)
        for name in "abc":
            with pytest.raises(Unreachable):
                cluster.get(CONFIG_MAPS, name, "n")
        cluster.close()
    assert clock.time == pytest.approx(100 + LONGEST)
    assert len(server.seen) == 6 + 1 + 1


def test_an_answer_ends_the_outage() -> None:
    clock = Clock()
    outage = Outage(clock)
    of_a_minute = outage.limit(60)
    assert (outage.left(of_a_minute), outage.left(outage.limit(4))) == (LONGEST, 4)
    clock.sleep(LONGEST)
    assert (outage.left(of_a_minute), outage.left(of_a_minute, asked=True)) == (0, 50)
    outage.ended()
    assert outage.left(of_a_minute) == LONGEST


def test_kinds_are_asked_for_once_by_all_threads(tmp_path: Path) -> None:
    """As a plan does: more kinds than threads, each thread asks for the next kind when it has an error."""
    clock, lock = Clock(), threading.Lock()

    def sleep(seconds: float) -> None:
        with lock:
            clock.sleep(seconds)

    def ask(cluster: ApiCluster, kind: str) -> str:
        try:
            return cluster.resource("v1", kind).kind
        except ClusterError as error:
            return error.code

    with scripted(in_turn(BUSY)) as server:
        options = ConnectOptions(retry=Retry(sleep=sleep, chance=lambda: 1.0), clock=clock)
        cluster = made_cluster(tmp_path, server.url, options=options)
        with ThreadPoolExecutor(4) as pool:
            codes = list(pool.map(lambda number: ask(cluster, f"Kind{number}"), range(9)))
        cluster.close()
    assert codes == ["unreachable"] * 9
    assert len(server.seen) == 6


def test_that_a_server_does_not_answer_is_kept_for_some_seconds() -> None:
    clock, asked = Clock(), []

    def ask() -> int:
        asked.append(clock())
        raise Unreachable("no")

    shared = SharedAnswer(ask, clock)
    for seconds in (1, KEPT, 1):
        with pytest.raises(Unreachable):
            shared.once()
        clock.sleep(seconds)
    assert asked == [100, 101 + KEPT]
