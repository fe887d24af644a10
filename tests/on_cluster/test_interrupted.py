"""Cut off in the middle, by Ctrl-C or worse: what was done stays, and the next run ends the work."""

import json
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dlctl.cluster.http.endpoint import POOL_SIZE
from tests.cluster.scripted_server import Answer, Seen
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, config, deployment, names_in
from tests.on_cluster.faults import between, is_lock, is_write
from tests.on_cluster.processes import LIMIT, start

pytestmark = pytest.mark.controlplane


@dataclass
class Gate:
    """Holds requests whose path has `word` until it is opened."""

    word: str = "deployments"
    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)

    def fault(self, seen: Seen) -> Answer | None:
        if is_write(seen) and self.word in seen.path:
            self.reached.set()
            self.opened.wait(LIMIT)
        return None


@pytest.fixture
def gate(cluster_app: AppOnCluster, control_plane: ControlPlane, tmp_path: Path) -> Iterator[Gate]:
    """A cluster that takes ConfigMaps, but holds the Deployments back."""
    made = Gate()
    cluster_app.component("web", config("page"), deployment("web"), deployment("web-2"))
    with between(control_plane, tmp_path, made.fault) as server:
        cluster_app.context("first", control_plane, cluster={"server": server.url})
        yield made
        made.opened.set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_apply_reports_progress_and_next_run_completes(
    cluster_app: AppOnCluster, gate: Gate, number: signal.Signals
) -> None:
    running = start(cluster_app, "apply", "dev")
    assert gate.reached.wait(LIMIT)
    running.process.send_signal(number)
    gate.opened.set()
    ended = running.end()
    assert ended.code == 128 + number
    assert "Traceback" not in ended.err
    assert "ConfigMap/page" in ended.out
    assert "interrupted" in ended.err
    assert "page" in cluster_app.names("configmap")
    again = cluster_app.run("apply", "dev").ok()
    assert "failed" not in again.err
    assert cluster_app.names("deployment") == ["web", "web-2"]


def test_ctrl_c_does_not_wait_for_a_hanging_server(cluster_app: AppOnCluster, gate: Gate) -> None:
    running = start(cluster_app, "apply", "dev")
    assert gate.reached.wait(LIMIT)
    running.process.send_signal(signal.SIGINT)
    ended = running.end()
    assert not gate.opened.is_set()
    assert ended.code == 130
    assert "interrupted" in ended.err
    assert (
        f"Deployment.apps/web (namespace {cluster_app.namespace}): "
        "the request was sent, but its result is unknown" in ended.err
    )


def test_a_second_ctrl_c_leaves_at_once(
    cluster_app: AppOnCluster, control_plane: ControlPlane, tmp_path: Path
) -> None:
    """The server hangs, and so does the request that gives the lock back."""
    reached, given_back, opened = threading.Event(), threading.Event(), threading.Event()

    def fault(seen: Seen) -> Answer | None:
        hangs = is_write(seen) and "/deployments/" in seen.path
        if hangs or (reached.is_set() and is_lock(seen)):
            (reached if hangs else given_back).set()
            opened.wait(LIMIT)
        return None

    cluster_app.component("web", config("page"), deployment("web"))
    with between(control_plane, tmp_path, fault) as server:
        cluster_app.context("first", control_plane, cluster={"server": server.url})
        running = start(cluster_app, "apply", "dev")
        assert reached.wait(LIMIT)
        running.process.send_signal(signal.SIGINT)
        assert given_back.wait(LIMIT)
        assert running.process.poll() is None
        running.process.send_signal(signal.SIGINT)
        ended = running.end()
        assert not opened.is_set()  # the server hangs still
        opened.set()
    assert (ended.code, "Traceback" in ended.err) == (130, False)
    assert "ConfigMap/page" in ended.out
    assert "its result is unknown" in ended.err
    assert ended.err.endswith("\nInterrupted; completed changes remain: run the command again to continue\n")


def test_ctrl_c_starts_no_further_environment(cluster_app: AppOnCluster, gate: Gate) -> None:
    cluster_app.environment("next", pin=cluster_app.control_plane, namespace=f"{cluster_app.namespace}-next")
    running = start(cluster_app, "apply", "dev", "next", "--max-parallel", "1")
    assert gate.reached.wait(LIMIT)
    running.process.send_signal(signal.SIGINT)
    gate.opened.set()
    ended = running.end()
    assert ended.code == 130
    assert "next: not started" in ended.err
    assert (
        cluster_app.control_plane.kubectl("get", "namespace", f"{cluster_app.namespace}-next").returncode != 0
    )


def test_ctrl_c_stops_all_environments_that_are_applied_at_once(
    cluster_app: AppOnCluster, gate: Gate
) -> None:
    other = f"{cluster_app.namespace}-next"
    cluster_app.environment("next", pin=cluster_app.control_plane, namespace=other)
    running = start(cluster_app, "apply", "dev", "next")
    assert gate.reached.wait(LIMIT)
    running.process.send_signal(signal.SIGINT)
    ended = running.end()
    assert not gate.opened.is_set()  # neither waits for the server, which hangs
    assert ended.code == 130
    assert (
        f"dev: Deployment.apps/web (namespace {cluster_app.namespace}): "
        "the request was sent, but its result is unknown" in ended.err
    )
    # How far the other one came is a matter of moments.
    deployment_of_next = f"next: Deployment.apps/web (namespace {other})"
    possible = (f"{deployment_of_next} skipped", "next: interrupted")
    assert any(line.startswith(possible) for line in ended.err.splitlines()), ended.err
    gate.opened.set()
    cluster_app.run("apply", "dev", "next").ok()
    assert names_in(cluster_app.control_plane, other, "deployment") == ["web", "web-2"]


def test_ctrl_c_says_how_far_each_environment_came(cluster_app: AppOnCluster, gate: Gate) -> None:
    for name in ("two", "three"):
        place = f"{cluster_app.namespace}-{name}"
        cluster_app.environment(name, pin=cluster_app.control_plane, namespace=place)
    gate.word = f"{cluster_app.namespace}-two/deployments"
    running = start(cluster_app, "apply", "dev", "two", "three", "--max-parallel", "1")
    assert gate.reached.wait(LIMIT)
    running.process.send_signal(signal.SIGINT)
    ended = running.end()
    assert ended.code == 130
    *_, dev, two, three, last = ended.err.splitlines()
    assert (dev, three) == ("dev: done", "three: not started")
    assert two.startswith("two: interrupted, 2 of 4 objects written, and the results of "), ended.err
    assert last.startswith("interrupted; completed changes remain: run the command again to continue")
    assert f"namespace {cluster_app.namespace}-two): the request was sent" in ended.err
    gate.opened.set()
    again = cluster_app.run("apply", "dev", "two", "three").ok()
    assert "dev: 3 unchanged" in again.err


def test_ctrl_c_gives_locks_back_or_leaves_them_where_every_connection_waits(
    cluster_app: AppOnCluster, control_plane: ControlPlane, tmp_path: Path
) -> None:
    names = ("dev", "two", "three")
    for name in names[1:]:
        place = f"{cluster_app.namespace}-{name}"
        cluster_app.environment(name, pin=control_plane, namespace=place)
    cluster_app.component("web", *(config(f"page-{number}") for number in range(POOL_SIZE)))
    cluster_app.run("apply", *names).ok()
    cluster_app.component("web", *(config(f"page-{number}", x="new") for number in range(POOL_SIZE)))
    held, all_held, opened = [], threading.Event(), threading.Event()

    def fault(seen: Seen) -> Answer | None:
        if is_write(seen) and "/configmaps/page-" in seen.path and "dryRun" not in seen.query:
            held.append(seen)
            if len(held) >= POOL_SIZE:
                all_held.set()
            opened.wait(LIMIT)
        return None

    with between(control_plane, tmp_path, fault) as server:
        cluster_app.context("first", control_plane, cluster={"server": server.url})
        running = start(cluster_app, "apply", *names)
        assert all_held.wait(LIMIT)
        running.process.send_signal(signal.SIGINT)
        ended = running.end()
        assert not opened.is_set()
        opened.set()
        assert ended.code == 130
        cluster_app.run("apply", *names).ok()


@pytest.mark.parametrize("output", ["text", "json"])
def test_ctrl_c_while_deleted_objects_are_waited_for(cluster_app: AppOnCluster, output: str) -> None:
    held = config("page")
    held["metadata"]["finalizers"] = ["example.com/held"]
    cluster_app.component("web", held)
    cluster_app.run("apply", "dev").ok()
    cluster_app.environment("next", pin=cluster_app.control_plane, namespace=f"{cluster_app.namespace}-next")
    running = start(cluster_app, "delete", "dev", "next", "--yes", "-o", output)
    wait_until_deletion(cluster_app)
    running.process.send_signal(signal.SIGINT)
    ended = running.end()  # the object is not gone
    release(cluster_app)
    assert (ended.code, "Traceback" in ended.err) == (130, False)
    assert f"dev: ConfigMap/page (namespace {cluster_app.namespace}): its deletion was requested" in ended.err
    assert "dev: 1 being deleted in " in ended.err
    assert "dev: interrupted, 0 of 1 object deleted, the deletion of 1 more was requested\n" in ended.err
    if output == "json":
        report, _ = json.loads(ended.out)["items"]
        assert [each["result"] for each in report["objects"]] == ["requested"]
        assert (report["results"]["requested"], report["results"]["stopped"]) == (1, 0)


def test_an_interrupted_replacement_is_completed_by_the_next_run(
    cluster_app: AppOnCluster, control_plane: ControlPlane, tmp_path: Path
) -> None:
    """Also while the object of the first run is still there, which its finalizer keeps."""
    held = config("page") | {"immutable": True}
    held["metadata"]["finalizers"] = ["example.com/held"]
    cluster_app.component("web", held)
    cluster_app.run("apply", "dev").ok()
    uid = cluster_app.get("configmap", "page")["metadata"]["uid"]
    cluster_app.component("web", {**held, "data": {"x": "new"}})
    further = f"{cluster_app.namespace}-next"
    cluster_app.environment("next", pin=cluster_app.control_plane, namespace=further)
    running = start(cluster_app, "apply", "dev", "next", "--replace", "--max-parallel", "1")
    wait_until_deletion(cluster_app)
    running.process.send_signal(signal.SIGINT)
    ended = running.end()
    assert ended.code == 130
    assert ": its deletion was requested, and it is not created again yet" in ended.err
    assert "dev: interrupted, 0 of 1 object written, 1 being deleted and not created again yet" in ended.err

    plain = cluster_app.run("apply", "dev")
    assert (plain.code, "pass --replace to wait for that and create it again" in plain.err) == (1, True)
    assert (
        "is being deleted: it is created again once it is gone"
        in cluster_app.run("diff", "dev", "--replace").out
    )
    stays = cluster_app.run("apply", "dev", "--replace", "--timeout", "1s")
    assert (stays.code, "blocked by its finalizers example.com/held" in stays.err) == (3, True)
    waits = threading.Event()

    def fault(seen: Seen) -> Answer | None:
        if seen.method == "DELETE" and seen.path.endswith("/configmaps/page"):
            waits.set()
        return None

    with between(control_plane, tmp_path, fault) as server:
        cluster_app.context("first", control_plane, cluster={"server": server.url})
        again = start(cluster_app, "apply", "dev", "--replace")
        assert waits.wait(LIMIT)
        release(cluster_app)
        done = again.end()
    assert (done.code, done.err.count("failed")) == (0, 0), done.err
    made = cluster_app.get("configmap", "page")
    assert (made["data"], made["metadata"]["uid"] != uid) == ({"x": "new"}, True)
    release(cluster_app)


def wait_until_deletion(cluster_app: AppOnCluster) -> None:
    end = time.monotonic() + LIMIT
    while "deletionTimestamp" not in cluster_app.get("configmap", "page")["metadata"]:
        assert time.monotonic() < end
        time.sleep(0.1)


def release(cluster_app: AppOnCluster) -> None:
    """Remove the finalizer of the ConfigMap."""
    patch = ("--type=merge", "-p", '{"metadata": {"finalizers": null}}')
    cluster_app.control_plane.kubectl("patch", "-n", cluster_app.namespace, "configmap", "page", *patch)


def test_ctrl_c_while_several_environments_are_waited_for(cluster_app: AppOnCluster) -> None:
    """No node runs the pods. Each environment ends before the last lines are printed."""
    other = f"{cluster_app.namespace}-next"
    cluster_app.environment("next", pin=cluster_app.control_plane, namespace=other)
    cluster_app.component("web", deployment("web"))
    running = start(cluster_app, "apply", "dev", "next", "--wait", "--timeout", "2m", "-o", "jsonl")
    waited: set[str] = set()
    with running.process as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while waited != {"dev", "next"}:
            event = json.loads(process.stdout.readline())
            waited |= {event["environment"]} if event["type"] == "status" else set()
        process.send_signal(signal.SIGINT)
        *_, last = process.stdout.read().splitlines()
        *before, dev, following, closing = process.stderr.read().splitlines()
    assert process.returncode == 130
    assert [each["code"] for each in json.loads(last)["errors"]] == ["interrupted"]
    ends = [(each["succeeded"], each["interrupted"], each["waited"]) for each in json.loads(last)["items"]]
    assert ends == [(False, True, None)] * 2
    assert {line.split(" in ")[0] for line in before[-2:]} == {"dev: 1 created", "next: 2 created"}
    assert dev == "dev: interrupted while it waited; all its objects are written"
    assert following == "next: interrupted while it waited; all its objects are written"
    assert closing == "interrupted; completed changes remain: run the command again to continue"


def test_next_run_succeeds_after_a_killed_run(cluster_app: AppOnCluster, gate: Gate) -> None:
    running = start(cluster_app, "apply", "dev")
    assert gate.reached.wait(LIMIT)
    running.process.kill()
    gate.opened.set()
    assert running.end().code == -signal.SIGKILL
    cluster_app.run("apply", "dev").ok()
    assert "3 unchanged" in cluster_app.run("apply", "dev").ok().err
    cluster_app.run("delete", "dev", "--yes").ok()
    assert cluster_app.names("deployment") == []


def test_interrupted_delete_is_completed_by_the_next_run(cluster_app: AppOnCluster, gate: Gate) -> None:
    gate.opened.set()
    cluster_app.run("apply", "dev").ok()
    gate.opened.clear()
    gate.reached.clear()
    running = start(cluster_app, "delete", "dev", "--yes")
    assert gate.reached.wait(LIMIT)
    running.process.send_signal(signal.SIGINT)
    gate.opened.set()
    ended = running.end()
    assert ended.code == 130
    assert "page" in cluster_app.names("configmap")
    cluster_app.run("delete", "dev", "--yes").ok()
    assert (cluster_app.names("configmap"), cluster_app.names("deployment")) == ([], [])


@pytest.mark.parametrize("names", [("dev",), ("dev", "next")])
def test_interrupted_plan_writes_nothing(
    cluster_app: AppOnCluster, control_plane: ControlPlane, tmp_path: Path, names: tuple[str, ...]
) -> None:
    cluster_app.component("web", config("page"))
    cluster_app.environment("next", pin=control_plane, namespace=f"{cluster_app.namespace}-next")
    reached, opened = threading.Event(), threading.Event()

    def fault(seen: Seen) -> Answer | None:
        if seen.path.endswith("/configmaps"):
            reached.set()
            opened.wait(LIMIT)
        return None

    with between(control_plane, tmp_path, fault) as server:
        cluster_app.context("first", control_plane, cluster={"server": server.url})
        running = start(cluster_app, "apply", *names)
        assert reached.wait(LIMIT)
        running.process.send_signal(signal.SIGINT)
        ended = running.end()
        assert not opened.is_set()
        opened.set()
    assert ended.code == 130
    assert "Traceback" not in ended.err
    assert ("nothing was applied to any environment" in ended.err) == (len(names) > 1)
    assert cluster_app.names("configmap") == []


def test_two_concurrent_applies_converge(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", *(config(f"page-{number}") for number in range(12)), deployment("web"))
    both = [start(cluster_app, "apply", "dev") for _ in range(2)]
    for ended in [running.end() for running in both]:
        assert "Traceback" not in ended.err
        assert ended.code == 0, ended.err
    assert len(cluster_app.names("configmap")) == 12
    assert "13 unchanged" in cluster_app.run("apply", "dev").ok().err


def test_apply_during_delete_reports_a_clear_error(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", *(config(f"page-{number}") for number in range(6)))
    cluster_app.run("apply", "dev").ok()
    both = [start(cluster_app, "delete", "dev", "--yes"), start(cluster_app, "apply", "dev")]
    for ended in [running.end() for running in both]:
        assert "Traceback" not in ended.err
        assert ended.code in (0, 1)
    cluster_app.run("apply", "dev").ok()
    assert len(cluster_app.names("configmap")) == 6
