"""A watch goes on where a connection ends too early, and ends in time."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dlctl.cluster.connect import ConnectOptions
from dlctl.cluster.http.retry import Retry
from dlctl.cluster.http.watching import lines
from dlctl.errors import ClusterError, Unreachable
from tests.cluster.scripted_cluster import CONFIG_MAPS, Waits, made_cluster
from tests.cluster.scripted_server import Answer, Seen, in_turn, scripted


def event(kind: str, name: str, version: int) -> bytes:
    body = {"metadata": {"name": name, "resourceVersion": str(version)}}
    return json.dumps({"type": kind, "object": body}).encode() + b"\n"


def failure(code: int) -> bytes:
    return (
        json.dumps({"type": "ERROR", "object": {"kind": "Status", "code": code, "message": "no"}}).encode()
        + b"\n"
    )


class Clock:
    """Stands still until told."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def watched(folder: Path, script: Callable[[Seen], Answer], until: int) -> tuple[list[Any], list[Seen]]:
    """The first events of a watch of 30 seconds, of which `until` end it."""
    clock = Clock()
    options = ConnectOptions(clock=clock, retry=Waits().retry())
    with scripted(script) as server:
        cluster = made_cluster(folder, server.url, options=options)
        found = []
        for kind, body in cluster.watch(CONFIG_MAPS, "n", labels="a=b", timeout=30):
            found.append((kind, body["metadata"]["name"]))
            if len(found) == until:
                clock.time = 31.0
        cluster.close()
    return found, server.seen


def test_watch_resumes_after_the_last_version(tmp_path: Path) -> None:
    script = in_turn(
        Answer(parts=(event("ADDED", "a", 5), event("MODIFIED", "a", 6)), cut=True),
        Answer(parts=(event("BOOKMARK", "", 9),)),
        Answer(parts=(event("DELETED", "a", 10),)),
    )
    found, seen = watched(tmp_path, script, 4)
    assert found == [("ADDED", "a"), ("MODIFIED", "a"), ("BOOKMARK", ""), ("DELETED", "a")]
    assert [each.query.get("resourceVersion") for each in seen] == [None, "6", "9"]
    assert seen[0].query["labelSelector"] == "a=b"
    assert seen[0].query["timeoutSeconds"] == "30"


@pytest.mark.parametrize(
    "expired", [Answer(parts=(failure(410),)), Answer(410, {"code": 410, "message": "old"})]
)
def test_expired_version_restarts_the_watch(tmp_path: Path, expired: Answer) -> None:
    script = in_turn(
        Answer(parts=(event("ADDED", "a", 5),)), expired, Answer(parts=(event("ADDED", "a", 7),))
    )
    found, seen = watched(tmp_path, script, 2)
    assert found == [("ADDED", "a"), ("ADDED", "a")]
    assert [each.query.get("resourceVersion") for each in seen] == [None, "5", None]


def test_server_error_ends_the_watch(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="no"):
        watched(tmp_path, in_turn(Answer(parts=(failure(500),))), 1)


def test_repeatedly_broken_connection_ends_the_watch(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        watched(tmp_path, in_turn(Answer(parts=(b"{",), cut=True)), 1)


def test_watches_that_end_at_once_are_delayed(tmp_path: Path) -> None:
    clock, waits = Clock(), Waits()

    def sleep(seconds: float) -> None:
        waits(seconds)
        clock.time += seconds

    options = ConnectOptions(clock=clock, retry=Retry(sleep=sleep, chance=lambda: 0.0))
    with scripted(in_turn(Answer(200, ""))) as server:
        cluster = made_cluster(tmp_path, server.url, options=options)
        assert list(cluster.watch(CONFIG_MAPS, "n", timeout=30)) == []
        cluster.close()
    assert len(server.seen) < 15
    assert clock.time >= 30


def test_the_connection_ends_with_the_reader(tmp_path: Path) -> None:
    with scripted(in_turn(Answer(parts=(event("ADDED", "a", 1),) * 3))) as server:
        cluster = made_cluster(tmp_path, server.url)
        events = cluster.watch(CONFIG_MAPS, "n")
        assert next(events)[0] == "ADDED"
        events.close()  # type: ignore[attr-defined]  # it is a generator
        cluster.close()


def test_lines_are_joined_from_parts() -> None:
    assert list(lines([b"a", b"b\nc", b"\n\n", b"d\ne"])) == [b"ab", b"c", b"d"]
