"""What can go wrong between a user and a cluster, each told in a sentence and what to do."""

import itertools
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster.scripted_server import Answer, Seen
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, config, deployment
from tests.on_cluster.faults import between, is_write, refusal, writes_member
from tests.project import Outcome

pytestmark = pytest.mark.controlplane

COMMANDS = (("diff", "dev"), ("apply", "dev"), ("status", "dev"), ("delete", "dev", "--yes"))


@pytest.fixture
def web(cluster_app: AppOnCluster) -> AppOnCluster:
    cluster_app.component("web", config("page"))
    return cluster_app


def reported(answer: Outcome, *words: str) -> None:
    """A failure that is told in few lines, with these words, and is no traceback."""
    assert answer.code in (1, 2)
    assert "Traceback" not in answer.err
    assert len(answer.err.splitlines()) <= 4, answer.err
    for word in words:
        assert word in answer.err, answer.err


def every(cluster_app: AppOnCluster, *words: str) -> None:
    """Each of the commands fails with these words."""
    for command in COMMANDS:
        reported(cluster_app.run(*command), *words)


def test_connection_refused(web: AppOnCluster) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{closed.getsockname()[1]}"
        web.context("first", web.control_plane, cluster={"server": url})
        every(web, url, "context 'first'", "connection refused", "check that the cluster is running")


def test_unknown_host(web: AppOnCluster) -> None:
    web.context("first", web.control_plane, cluster={"server": "https://api.nowhere.invalid:6443"})
    reported(web.run("apply", "dev"), "api.nowhere.invalid", "host api.nowhere.invalid not found", "VPN")


def test_a_wrong_token(web: AppOnCluster) -> None:
    web.context("first", web.control_plane, account={"token": "expired-token"})
    every(web, "rejected the credentials", "context 'first'", "log in again")


def test_user_without_permissions(web: AppOnCluster, control_plane: ControlPlane) -> None:
    web.run("apply", "dev").ok()
    web.context("first", control_plane, user="nobody")
    web.environment("dev")
    reported(web.run("apply", "dev"), "dlctl env set dev --pin")
    web.run("env", "set", "dev", "--pin").ok()
    answer = web.run("apply", "dev")
    assert answer.code == 1
    for verb in ("create", "list", "patch"):
        assert f'you cannot {verb} resource "configmaps"' in answer.err
    assert answer.err.count("'dlctl preflight dev -o yaml' prints a minimal Role and ClusterRole") == 1
    deleted = web.run("delete", "dev", "--yes")
    assert deleted.code == 1, "nobody knows whether anything is left"
    assert "you do not have permission to list" in deleted.err
    assert "ConfigMap/page" in deleted.err
    assert "cannot check whether it exists" in deleted.err
    assert web.names("configmap") == ["page"]
    status = web.run("status", "dev").ok()
    assert "Unknown" in status.out


def test_viewer_can_read_but_not_write(web: AppOnCluster, control_plane: ControlPlane) -> None:
    web.context("first", control_plane, user="viewer")
    web.run("env", "set", "dev", "--pin").ok()
    assert web.run("diff", "dev").code == 1
    answer = web.run("apply", "dev")
    assert answer.code == 1
    assert 'you cannot create resource "configmaps"' in answer.err
    assert 'you cannot patch resource "configmaps"' in answer.err
    assert "dlctl preflight dev -o yaml" in answer.err
    assert web.names("configmap") == []


def test_invalid_namespace(web: AppOnCluster) -> None:
    web.environment("dev", pin=web.control_plane, namespace="Not_A_Name")
    reported(web.run("apply", "dev"), "Not_A_Name", "environments/dev/environment.yaml")


def test_wrong_certificate_authority(web: AppOnCluster, second_control_plane: ControlPlane) -> None:
    import yaml

    theirs = yaml.safe_load(second_control_plane.kubeconfig.read_text())["clusters"][0]["cluster"]
    data = {"certificate-authority-data": theirs["certificate-authority-data"]}
    web.context("first", web.control_plane, cluster=data)
    reported(web.run("apply", "dev"), "certificate is not signed by", "get its kubeconfig again")


def test_missing_exec_plugin(web: AppOnCluster) -> None:
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "no-such-login",
        "interactiveMode": "Never",
        "installHint": "pip install the-login",
    }
    web.context("first", web.control_plane, account={"exec": plugin})
    reported(web.run("apply", "dev"), "no-such-login", "pip install the-login")


def test_a_broken_kubeconfig(web: AppOnCluster) -> None:
    web.kubeconfig.write_text("apiVersion: v1\nclusters: [\n")
    for command in COMMANDS:
        answer = web.run(*command)
        reported(answer, str(web.kubeconfig))
        assert re.search(r"kubeconfig:\d", answer.err)


def test_unknown_context(web: AppOnCluster) -> None:
    web.environment("dev", context="frist")
    reported(web.run("apply", "dev"), "frist", "first")


def test_missing_kubeconfig(web: AppOnCluster) -> None:
    web.kubeconfig.unlink()
    for command in COMMANDS:
        reported(web.run(*command), "first")


@pytest.fixture
def faulty(
    web: AppOnCluster, control_plane: ControlPlane, tmp_path: Path
) -> Iterator[Callable[..., list[Seen]]]:
    """Let the context `first` lead through a server with this fault; gives what it was asked."""
    import contextlib

    with contextlib.ExitStack() as stack:

        def begin(fault: Callable[[Seen], Answer | None]) -> list[Seen]:
            server = stack.enter_context(between(control_plane, tmp_path, fault))
            web.context("first", control_plane, cluster={"server": server.url})
            return server.seen

        yield begin


@pytest.mark.parametrize(
    ("code", "reason"), [(429, "TooManyRequests"), (500, "InternalError"), (503, "ServiceUnavailable")]
)
def test_server_that_recovers_is_retried(
    web: AppOnCluster, faulty: Callable[..., list[Seen]], code: int, reason: str
) -> None:
    tries = itertools.count()

    def fault(seen: Seen) -> Answer | None:
        busy = writes_member(seen) and next(tries) < 2
        return refusal(code, reason, **{"Retry-After": "0"}) if busy else None

    faulty(fault)
    web.run("apply", "dev").ok()
    assert next(tries) == 3
    assert web.names("configmap") == ["page"]


def test_server_that_does_not_recover_is_an_error(
    web: AppOnCluster, faulty: Callable[..., list[Seen]]
) -> None:
    faulty(lambda seen: refusal(429, "busy", **{"Retry-After": "0"}) if is_write(seen) else None)
    answer = web.run("apply", "dev")
    assert answer.code == 1
    assert "busy" in answer.err
    assert "try again later" in answer.err


def test_hanging_server_times_out(web: AppOnCluster, faulty: Callable[..., list[Seen]]) -> None:
    import threading

    over = threading.Event()

    def fault(seen: Seen) -> Answer | None:
        if seen.path.endswith("/configmaps"):
            over.wait(60)
        return None

    faulty(fault)
    answer = web.run("diff", "dev", "--request-timeout", "0.5")
    over.set()
    reported(answer, "timed out waiting for a response", "--request-timeout")
    assert answer.code == 2


def test_a_second_apply_sends_no_write(web: AppOnCluster, faulty: Callable[..., list[Seen]]) -> None:
    seen = faulty(lambda seen: None)
    web.run("apply", "dev").ok()
    written = [each.path.rpartition("/")[2] for each in seen if is_write(each)]
    assert written == ["configmaps", "page"], "the ApplySet parent is created, then its member applied"
    seen.clear()
    for words in (("apply", "dev"), ("diff", "dev"), ("status", "dev"), ("apply", "dev", "--dry-run")):
        web.run(*words).ok()
    assert [each for each in seen if is_write(each)] == []


def test_lost_connections_are_retried(web: AppOnCluster, faulty: Callable[..., list[Seen]]) -> None:
    lost = itertools.count()
    faulty(lambda seen: Answer(cut=True) if is_write(seen) and next(lost) < 1 else None)
    web.run("apply", "dev").ok()
    assert web.names("configmap") == ["page"]


def test_cluster_lost_during_apply(web: AppOnCluster, faulty: Callable[..., list[Seen]]) -> None:
    web.component("web", config("page"), deployment("web"))
    down = refusal(503, "going down", **{"Retry-After": "0"})
    faulty(lambda seen: down if is_write(seen) and "deploy" in seen.path else None)
    answer = web.run("apply", "dev")
    assert answer.code == 1
    assert "1 created, 1 failed" in answer.err
    web.context("first", web.control_plane)
    assert "1 created, 1 unchanged" in web.run("apply", "dev").ok().err


def test_unknown_environment(web: AppOnCluster) -> None:
    for command in COMMANDS:
        reported(web.run(command[0], "dve", *command[2:]), "dve", "did you mean 'dev'")


def test_missing_app(web: AppOnCluster, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    for command in COMMANDS:
        reported(web.project.run(*command, cwd=str(tmp_path / "elsewhere")), "dlctl.yaml", "dlctl init")
