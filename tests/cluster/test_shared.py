"""Several users of one cluster share connections, identity and kinds; each gets its own warnings."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dlctl.cluster.client import ApiCluster
from dlctl.cluster.shared_answer import SharedAnswer
from dlctl.errors import ClusterError, DlctlError
from dlctl.events import Event, WarningNote
from tests.cluster.scripted_cluster import CONFIG_MAPS, made_cluster
from tests.cluster.scripted_server import Answer, ScriptedServer, Seen, scripted, status
from tests.cluster.test_discovery import CORE, GONE, GROUPS

pytestmark = pytest.mark.slow

USERS = 16
LIMIT = 20.0
SYSTEM = {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "kube-system", "uid": "u-1"}}


def answer(seen: Seen) -> Answer:
    if seen.method == "PATCH":
        body = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "page"}}
        return Answer(200, body, {"Warning": '299 - "old field"'})
    served = {"/api": CORE, "/apis": GROUPS, "/api/v1/namespaces/kube-system": Answer(200, SYSTEM)}
    return served.get(seen.path, GONE)


def at_once(users: list[ApiCluster], work: Callable[[ApiCluster], object]) -> list[object]:
    """Let all users do it in the same moment, each in a thread of its own."""
    together = threading.Barrier(len(users))

    def one(user: ApiCluster) -> object:
        together.wait(LIMIT)
        try:
            return work(user)
        except DlctlError as error:
            return error.message

    with ThreadPoolExecutor(len(users)) as pool:
        return list(pool.map(one, users))


def users_of(server: ScriptedServer, folder: Path) -> list[ApiCluster]:
    cluster = made_cluster(folder, server.url)
    return [cluster.reporting_to(lambda event: None) for _ in range(USERS)]


def paths(server: ScriptedServer) -> list[str]:
    return sorted(seen.path for seen in server.seen)


def test_identity_and_kinds_are_read_once_for_all(tmp_path: Path) -> None:
    with scripted(answer) as server:
        users = users_of(server, tmp_path)
        assert {str(each) for each in at_once(users, lambda user: user.identity().uid)} == {"u-1"}
        kinds = at_once(users, lambda user: user.resource("apps/v1", "Deployment").plural)
    assert set(kinds) == {"deployments"}
    assert paths(server) == ["/api", "/api/v1/namespaces/kube-system", "/apis"]


def test_what_is_served_now_is_shared_until_somebody_asks_again(tmp_path: Path) -> None:
    with scripted(answer) as server:
        first, second = users_of(server, tmp_path)[:2]
        assert first.resources() == second.resources()
        assert paths(server) == ["/api", "/apis"]
        first.resources()
        assert len(server.seen) == 4
        second.resources()
        assert len(server.seen) == 4
        second.resources()
        assert len(server.seen) == 6


def test_a_failure_is_not_repeated_for_each_who_waits(tmp_path: Path) -> None:
    """The first request is answered once all have asked; they get its refusal, and nobody asks once more."""
    all_ask = threading.Event()

    def refuse(seen: Seen) -> Answer:
        assert all_ask.wait(LIMIT)
        return status(401, "Unauthorized", "who are you?")

    with scripted(refuse) as server:
        users = users_of(server, tmp_path)
        timer = threading.Timer(1.0, all_ask.set)
        timer.start()
        failures = at_once(users, lambda user: user.identity())
        timer.join()
        assert len(server.seen) == 1
        # It is not kept either.
        with pytest.raises(ClusterError):
            users[0].identity()
        assert len(server.seen) == 2
    assert len(set(failures)) == 1


def test_a_warning_goes_to_the_one_whose_request_it_answers(tmp_path: Path) -> None:
    heard: dict[str, list[Event]] = {"a": [], "b": [], "c": []}
    body = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "page", "namespace": "n"}}
    with scripted(answer) as server:
        cluster = made_cluster(tmp_path, server.url)
        users = {name: cluster.reporting_to(events.append) for name, events in heard.items()}
        for name in ("a", "a", "b"):
            users[name].apply(CONFIG_MAPS, body, field_manager="shop")
    assert heard == {"a": [WarningNote("old field")], "b": [WarningNote("old field")], "c": []}


def test_an_answer_is_given_once_and_errors_are_not_kept() -> None:
    answers: Iterator[int | ClusterError] = iter([ClusterError("no"), 1, 2])
    asked: list[object] = []

    def ask() -> int:
        asked.append(None)
        given = next(answers)
        if isinstance(given, ClusterError):
            raise given
        return given

    shared = SharedAnswer(ask)
    with pytest.raises(ClusterError, match="no"):
        shared.once()
    assert (shared.once(), shared.once()) == (1, 1)
    assert shared.newer_than(0) == (1, 1)
    assert shared.newer_than(1) == (2, 2)
    assert shared.once() == 2
    assert len(asked) == 3
