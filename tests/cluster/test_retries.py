"""What is asked again, how often, and how long is waited before."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dlctl.cluster.client import ApiCluster
from dlctl.cluster.connect import ConnectOptions
from dlctl.cluster.http.retry import Retry
from dlctl.errors import ClusterError, Forbidden, Invalid, NotFound, Unreachable
from tests.cluster.scripted_cluster import CONFIG_MAPS, Waits, made_cluster
from tests.cluster.scripted_server import Answer, ScriptedServer, in_turn, scripted, status
from tests.cluster.test_outage import Clock, cluster_at

FOUND = Answer(200, {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "a"}})
BODY = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}}
BUSY = status(503, "ServiceUnavailable")
CUT = Answer(cut=True)


class Asked:
    """A client, the server that it asks, and the waits between."""

    def __init__(self, folder: Path, server: ScriptedServer) -> None:
        self.server = server
        self.waits = Waits()
        options = ConnectOptions(retry=self.waits.retry(), timeout=5)
        self.cluster: ApiCluster = made_cluster(folder, server.url, options=options)

    def get(self) -> object:
        return self.cluster.get(CONFIG_MAPS, "a", "n")


@contextlib.contextmanager
def asking(folder: Path, *answers: Answer) -> Iterator[Asked]:
    with scripted(in_turn(*answers)) as server:
        asked = Asked(folder, server)
        yield asked
        asked.cluster.close()


def test_429_is_retried_with_back_off(tmp_path: Path) -> None:
    with asking(tmp_path, BUSY, BUSY, BUSY, FOUND) as asked:
        assert asked.get() == FOUND.body
    assert asked.waits.seconds == [0.2, 0.4, 0.8]


def test_a_read_that_is_lost_has_written_nothing(tmp_path: Path) -> None:
    with asking(tmp_path, CUT) as asked, pytest.raises(Unreachable) as lost:
        asked.get()
    assert not lost.value.may_have_written


def test_a_write_that_is_lost_and_then_refused_may_be_done(tmp_path: Path) -> None:
    with contextlib.ExitStack() as running:
        server = running.enter_context(scripted(in_turn(CUT)))
        options = ConnectOptions(retry=Retry(sleep=lambda seconds: running.close()), timeout=5)
        cluster = made_cluster(tmp_path, server.url, options=options)
        with pytest.raises(Unreachable, match=r"no response from .*: connection refused") as lost:
            cluster.apply(CONFIG_MAPS, BODY, field_manager="shop")
        cluster.close()
    assert lost.value.may_have_written


def limited(seconds: str) -> Answer:
    return Answer(429, status(429, "TooManyRequests").body, {"Retry-After": seconds})


def test_retry_after_is_respected(tmp_path: Path) -> None:
    with asking(tmp_path, limited("4"), FOUND) as asked:
        assert asked.get() == FOUND.body
    assert asked.waits.seconds == [4.0]


@pytest.mark.parametrize("code", [429, 503])
def test_a_delay_longer_than_the_limit_of_a_request_is_not_waited_for(tmp_path: Path, code: int) -> None:
    refused = Answer(code, status(code).body, {"Retry-After": "600"})
    with asking(tmp_path, refused, FOUND) as asked, pytest.raises(ClusterError) as caught:
        asked.get()
    assert asked.waits.seconds == []
    assert (
        f"{asked.server.url} (context 'made') asks to wait 600 s, longer than is left of the time limit "
        "of a request (5 s)" in caught.value.message
    )
    assert "--request-timeout" in (caught.value.hint or "")
    assert f"{tmp_path}/config:" in (caught.value.hint or "")


def test_delays_together_are_not_longer_than_the_limit(tmp_path: Path) -> None:
    clock = Clock()
    with scripted(in_turn(limited("2"))) as server:
        cluster = cluster_at(tmp_path, server.url, clock, timeout=5)
        with pytest.raises(ClusterError, match="asks to wait 2 s"):
            cluster.get(CONFIG_MAPS, "a", "n")
        cluster.close()
    assert len(server.seen) == 3, "a third wait would end after the limit"


@pytest.mark.parametrize("answer", [CUT, BUSY])
def test_retries_end_within_the_limit(tmp_path: Path, answer: Answer) -> None:
    clock = Clock()
    with scripted(in_turn(answer)) as server:
        cluster = cluster_at(tmp_path, server.url, clock, timeout=4)
        with pytest.raises(Unreachable):
            cluster.get(CONFIG_MAPS, "a", "n")
        cluster.close()
    assert clock.time == pytest.approx(104)


def test_retries_are_limited(tmp_path: Path) -> None:
    with asking(tmp_path, BUSY) as asked, pytest.raises(Unreachable, match="it says so"):
        asked.get()
    assert len(asked.server.seen) == 6
    assert len(asked.waits.seconds) == 5


@pytest.mark.parametrize(
    ("answer", "error", "times"),
    [
        (status(500, "InternalError", "failed calling webhook"), ClusterError, 3),
        (status(500, "", "something deterministic"), ClusterError, 1),
        (status(500, "", "failed to create typed patch object (/x): .a: field not declared"), Invalid, 1),
        (status(403, "Forbidden"), Forbidden, 1),
        (status(404, "NotFound", name="a"), NotFound, 1),
        (status(422, "Invalid"), Invalid, 1),
        (Answer(502, "<html>bad gateway</html>"), Unreachable, 6),
        (status(504, "Timeout"), Unreachable, 6),
    ],
)
def test_number_of_attempts_by_status(
    tmp_path: Path, answer: Answer, error: type[ClusterError], times: int
) -> None:
    with asking(tmp_path, answer) as asked, pytest.raises(error):
        asked.cluster.apply(CONFIG_MAPS, BODY, field_manager="shop")
    assert len(asked.server.seen) == times


def test_dropped_connection_is_retried(tmp_path: Path) -> None:
    with asking(tmp_path, CUT, CUT, FOUND) as asked:
        assert asked.cluster.apply(CONFIG_MAPS, BODY, field_manager="shop") == FOUND.body
    assert len(asked.waits.seconds) == 2


@pytest.mark.parametrize(("answer", "times"), [(CUT, 1), (BUSY, 1), (status(429), 6)])
def test_post_is_retried_only_if_nothing_was_done(tmp_path: Path, answer: Answer, times: int) -> None:
    with asking(tmp_path, answer) as asked, pytest.raises(ClusterError):
        asked.cluster.raw("POST", "/x", body={})
    assert len(asked.server.seen) == times


def test_unknown_host_is_not_retried(tmp_path: Path) -> None:
    with scripted(in_turn(FOUND)) as server:
        pass
    waits = Waits()
    cluster = made_cluster(tmp_path, server.url, options=ConnectOptions(retry=waits.retry()))
    with pytest.raises(Unreachable, match="connection refused"):
        cluster.get(CONFIG_MAPS, "a", "n")
    assert waits.seconds == []


def test_restarting_server_is_retried(tmp_path: Path) -> None:
    with contextlib.ExitStack() as later:
        waits = Waits()

        def sleep_and_start(seconds: float) -> None:
            waits(seconds)
            if len(waits.seconds) == 2:
                later.enter_context(scripted(in_turn(FOUND), port=urlsplit(server.url).port or 0))

        with scripted(in_turn(FOUND)) as server:
            retry = waits.retry()
            options = ConnectOptions(retry=type(retry)(sleep_and_start, retry.chance))
            cluster = made_cluster(tmp_path, server.url, options=options)
            cluster.get(CONFIG_MAPS, "a", "n")
        cluster.close()
        assert cluster.get(CONFIG_MAPS, "a", "n") == FOUND.body
        cluster.close()
    assert len(waits.seconds) == 2
