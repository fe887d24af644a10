"""What is waited for, how long, and what is said when a wait is cut off."""

import json
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.cluster.scripted_server import Answer, Seen
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, Body, config, custom, definition, deployment
from tests.on_cluster.faults import between, is_write
from tests.on_cluster.processes import start
from tests.on_cluster.test_waiting import STORY, eventually

pytestmark = pytest.mark.controlplane

HANGS = 60.0
"""Seconds that a request hangs: longer than a busy machine makes a limit of 3 s."""


def played(name: str, story: str) -> Body:
    body = deployment(name)
    body["spec"]["template"]["metadata"]["annotations"] = {STORY: story}
    return body


def after(body: Body, namespace: str, name: str) -> Body:
    """The object, which depends on a Deployment."""
    needed = f"apps/namespaces/{namespace}/Deployment/{name}"
    body["metadata"]["annotations"] = {"config.kubernetes.io/depends-on": needed}
    return body


def test_what_an_annotation_names_is_ready_before(cluster_app: AppOnCluster) -> None:
    space = cluster_app.namespace
    cluster_app.component("web", played("slow", "slow-start@3s"), after(config("late"), space, "slow"))
    cluster_app.run("apply", "dev").ok()
    conditions = cluster_app.get("deployment", "slow")["status"]["conditions"]
    ready = next(each["lastTransitionTime"] for each in conditions if each["type"] == "Available")
    made = cluster_app.get("configmap", "late")["metadata"]["creationTimestamp"]
    assert datetime.fromisoformat(made) >= datetime.fromisoformat(ready)

    cluster_app.component("more", played("never", "image-pull-error"), after(config("not"), space, "never"))
    answer = cluster_app.run("apply", "dev", "--timeout", "3s")
    assert answer.code == 3  # it is on its way
    assert f"Deployment.apps/never in namespace {space}" in answer.err
    assert "0 of 1 replicas available" in answer.err
    assert "ConfigMap/not" in answer.err
    assert cluster_app.names("configmap") == ["late"]


@pytest.mark.parametrize("words", [("apply", "dev", "--wait"), ("status", "dev", "--wait")])
def test_ctrl_c_during_a_wait(cluster_app: AppOnCluster, words: tuple[str, ...]) -> None:
    cluster_app.component("web", config("page"), played("web", "image-pull-error"))
    if words[0] == "status":
        cluster_app.run("apply", "dev").ok()
    running = start(cluster_app, *words)
    if words[0] == "apply":
        waiting = "jsonpath={.items[*].status.containerStatuses[0].state.waiting.reason}"
        eventually(lambda: cluster_app.output("get", "pods", "-o", waiting), "ImagePullBackOff")
    else:
        time.sleep(2)
    running.process.send_signal(signal.SIGINT)
    ended = running.end()
    assert (ended.code, "Traceback" in ended.err) == (130, False), ended
    assert "interrupted" in ended.err.lower()
    if words[0] == "apply":
        assert "ConfigMap/page" in ended.out
        assert "Deployment.apps/web" in ended.out


def test_the_time_limit_is_that_of_the_whole_run(
    cluster_app: AppOnCluster, control_plane: ControlPlane, tmp_path: Path
) -> None:
    opened = threading.Event()

    def fault(seen: Seen) -> Answer | None:
        if is_write(seen) and "deployments" in seen.path:
            opened.wait(HANGS)
        return None

    cluster_app.component("web", config("page"), *(deployment(f"web-{number}") for number in range(3)))
    with between(control_plane, tmp_path, fault) as server:
        cluster_app.context("first", control_plane, cluster={"server": server.url})
        begun = time.monotonic()
        running = start(cluster_app, "apply", "dev", "--wait", "--timeout", "3s")
        ended = running.end()
        took = time.monotonic() - begun
        opened.set()
    assert (ended.code, "Traceback" in ended.err) == (1, False), ended
    assert 3 <= took < HANGS, (took, ended)
    assert "Deployment.apps/web-0" in ended.err
    assert cluster_app.names("configmap") == ["page"]


def test_a_crd_is_waited_for_within_that_limit(
    cluster_app: AppOnCluster, control_plane: ControlPlane, group: str, tmp_path: Path
) -> None:
    def never_established(seen: Seen, passed: Callable[[Seen], Answer]) -> Answer | None:
        if seen.method != "GET" or "/customresourcedefinitions/" not in seen.path:
            return None
        answer = passed(seen)
        body = json.loads(str(answer.body))
        return Answer(answer.status, json.dumps({**body, "status": {}}), answer.headers)

    cluster_app.component("kinds", definition(group))
    cluster_app.component("web", config("page"), custom(group, "one"))
    with between(control_plane, tmp_path, around=never_established) as server:
        cluster_app.context("first", control_plane, cluster={"server": server.url})
        begun = time.monotonic()
        answer = cluster_app.run("apply", "dev", "--timeout", "3s")
    assert time.monotonic() - begun >= 3
    assert f"widgets.{group} was applied, but was not established in time" in answer.err
    assert f"Widget.{group}/one" in answer.err
    assert answer.code == 3
