"""Logs of 200 pods whose connections are cut again and again: no line is lost, and none comes twice."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dlctl.cluster.connect import ConnectOptions
from dlctl.errors import AppError
from dlctl.jobs.facts import Judge, Owner
from dlctl.jobs.live import LiveJob
from dlctl.jobs.logs import following, run_log
from dlctl.jobs.logs.model import Entry, LogLine, LogNotice
from dlctl.status import NO_RULES
from dlctl.workflow.jobs.find import FoundJob
from dlctl.workflow.jobs.logs import LogRequest, followed_logs, logs_of
from tests.cluster.scripted_cluster import Waits, made_cluster
from tests.cluster.scripted_server import scripted
from tests.jobs.pod_server import PodServer

PODS, LINES, PIECE = 200, 12, 5


def read(server: PodServer, folder: Path, request: LogRequest, *, follow: bool = False) -> list[Entry]:
    with scripted(server) as running:
        cluster = made_cluster(folder, running.url, options=ConnectOptions(retry=Waits().retry()))
        live = LiveJob(server.job(), tuple(server.pod(name) for name in server.names()))
        judge = Judge(NO_RULES, datetime.now(UTC))
        found = FoundJob("dev", cluster, live, Owner("dev", "big"), judge)
        made = followed_logs(found, request) if follow else logs_of(found, request)
        return list(made.entries)


@pytest.mark.slow
@pytest.mark.parametrize("follow", [False, True])
def test_no_line_is_lost_and_none_comes_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, follow: bool
) -> None:
    monkeypatch.setattr(run_log, "FIRST", 0.01)
    monkeypatch.setattr(following, "GRACE", 0.2)
    server = PodServer(PODS, LINES, PIECE, late=0.6 if follow else 0.0)

    entries = read(server, tmp_path, LogRequest(tail=-1), follow=follow)

    lines = [entry for entry in entries if isinstance(entry, LogLine)]
    expected = {f"{name} line {number}" for name in server.names() for number in range(LINES)}
    assert Counter(line.text for line in lines) == Counter(expected)
    assert min(server.opened.values()) >= 3, "every log was read over several connections"
    by_pod: dict[str, list[str]] = {}
    for line in lines:
        by_pod.setdefault(line.source.pod, []).append(line.text)
    assert all(texts == [f"{pod} line {n}" for n in range(LINES)] for pod, texts in by_pod.items())
    # That the job runs on after its last log, as each job does for a moment, is no notice.
    notices = [entry.text for entry in entries if isinstance(entry, LogNotice)]
    assert notices == (["50 logs are followed at the same time, the others wait"] if follow else [])


@pytest.mark.parametrize("most", [4, 50])
def test_lines_by_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """No more logs are read at once than `--max-log-requests` allows."""
    monkeypatch.setattr(run_log, "FIRST", 0.01)
    server = PodServer(9, LINES, PIECE)
    entries = read(server, tmp_path, LogRequest(tail=1000, by_time=True, most=most))
    times = [entry.time for entry in entries if isinstance(entry, LogLine)]
    assert times == sorted(times)
    assert len(times) == 9 * LINES
    assert server.most <= most


def test_whole_logs_are_not_kept_to_be_ordered(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="would keep 9 whole logs; at most 4 can be read at a time"):
        read(PodServer(9, LINES, PIECE), tmp_path, LogRequest(tail=-1, by_time=True, most=4))
