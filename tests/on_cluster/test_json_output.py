"""`-o json` of the commands that need a cluster: one document, as its schema says, however they end."""

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.scripted_server import Answer, Seen
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, config, custom, secret
from tests.on_cluster.faults import between, is_write
from tests.on_cluster.processes import Started, start
from tests.output_schemas import checked

pytestmark = pytest.mark.controlplane

NOWHERE = {"server": "https://127.0.0.1:1"}


@pytest.fixture
def web(cluster_app: AppOnCluster) -> AppOnCluster:
    cluster_app.component("web", config("page", text="hello"), secret("door"))
    return cluster_app


@pytest.fixture
def half(web: AppOnCluster, control_plane: ControlPlane) -> AppOnCluster:
    """`dev` can be reached, `prod` cannot."""
    web.context("second", control_plane, cluster=NOWHERE)
    web.environment("prod", pin=control_plane, context="second")
    return web


def environments(document: Any) -> list[str]:
    return [item["scope"]["environment"] for item in document["items"]]


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        ("diff", "PlanList", 2),
        ("apply --dry-run", "PlanList", 1),
        ("delete --dry-run", "PlanList", 1),
        ("status", "StatusList", 1),
    ],
)
def test_reads_have_what_can_be_read_and_the_errors_of_the_others(
    half: AppOnCluster, words: str, kind: str, code: int
) -> None:
    answer = half.run(*words.split(), "prod", "dev", "-o", "json")
    assert answer.code == code
    document = checked(answer.out, kind)
    assert environments(document) == ["dev"]
    (error,) = document["errors"]
    assert error["code"] == "unreachable"
    assert error["message"].startswith("prod: cannot connect to https://127.0.0.1:1 ")
    assert f"Error: {error['message']}" in answer.err


@pytest.mark.parametrize("words", ["diff", "apply", "apply --dry-run", "delete --yes", "status"])
def test_where_nothing_can_be_read_there_are_errors_alone(half: AppOnCluster, words: str) -> None:
    answer = half.run(*words.split(), "prod", "-o", "json")
    assert answer.code == (2 if words == "diff" else 1)
    assert [error["code"] for error in checked(answer.out, "Error")["errors"]] == ["unreachable"]


def test_writes_stop_before_the_first_one(half: AppOnCluster) -> None:
    half.run("apply", "dev").ok()
    half.component("web", config("page", text="new"))
    for words in (("apply", "dev", "prod"), ("delete", "dev", "prod", "--yes")):
        answer = half.run(*words, "-o", "json")
        assert answer.code == 1
        assert [error["code"] for error in checked(answer.out, "Error")["errors"]] == ["unreachable"]
    assert half.get("configmap", "page")["data"] == {"text": "hello"}


def test_a_question_that_cannot_be_asked(web: AppOnCluster) -> None:
    web.run("apply", "dev").ok()
    answer = web.run("delete", "dev", "-o", "json")
    assert answer.code == 2
    (error,) = checked(answer.out, "Error")["errors"]
    assert (error["code"], error["hint"]) == ("usage", "there is no terminal to prompt on: pass --yes")


def test_a_dry_run_that_is_refused_has_the_plan_too(web: AppOnCluster) -> None:
    web.kubectl("create", "configmap", "page", "--from-literal=text=theirs")
    answer = web.run("apply", "dev", "--dry-run", "-o", "json")
    assert answer.code == 1
    document = checked(answer.out, "PlanList")
    assert "conflict" in [step["action"] for step in document["items"][0]["steps"]]
    assert [error["code"] for error in document["errors"]] == ["plan"]


def test_a_plan_with_changes_masked_secrets_and_a_missing_kind(web: AppOnCluster) -> None:
    web.run("apply", "dev").ok()
    web.component("web", config("page", title="new"), secret("door", password="another-hunter"))
    web.component("job", custom("nobody.example.com", "first"))
    answer = web.run("diff", "dev", "-o", "json")
    assert answer.code == 2, "a kind is missing"
    plan = checked(answer.out, "PlanList")["items"][0]
    assert [missing["kind"] for missing in plan["missing"]] == ["Widget"]
    assert {change["op"] for step in plan["steps"] for change in step["changes"]} >= {"add", "remove"}
    assert "hunter" not in answer.out


def test_states_of_what_is_there_is_not_and_is_left_over(web: AppOnCluster) -> None:
    web.run("apply", "dev").ok()
    web.component("web", config("page", text="hello"), config("new"))
    document = checked(web.run("status", "dev", "-o", "json").ok().out, "StatusList")
    found = {each["object"]["name"]: each for each in document["items"][0]["objects"]}
    assert {name: (each["status"], each["extra"]) for name, each in found.items()} == {
        "page": ("Current", False),
        "new": ("NotFound", False),
        "door": ("Current", True),
    }


def test_each_environment_that_fails_has_an_error(web: AppOnCluster, control_plane: ControlPlane) -> None:
    web.environment("prod", pin=control_plane, namespace=f"{web.namespace}-prod")
    control_plane.kubectl("create", "namespace", f"{web.namespace}-prod")
    web.component("web", config("page"), {**config("broken"), "data": {"not a key!": "1"}})
    try:
        answer = web.run("apply", "dev", "prod", "-o", "json")
    finally:
        control_plane.kubectl("delete", "namespace", f"{web.namespace}-prod", "--wait=false")
    assert answer.code == 1
    document = checked(answer.out, "ReportList")
    assert environments(document) == ["dev", "prod"]
    messages = [error["message"] for error in document["errors"]]
    assert messages == ["dev: 1 object failed", "prod: 1 object failed"]


def test_an_interrupted_run_is_one_document(
    web: AppOnCluster, control_plane: ControlPlane, tmp_path: Path
) -> None:
    """The first environment is cut off, the second not begun."""
    web.environment("prod", pin=control_plane, context="other", namespace=f"{web.namespace}-prod")
    web.context("other", control_plane)
    running: list[Started] = []

    def interrupt(seen: Seen) -> Answer | None:
        if is_write(seen) and "dryRun" not in seen.query and running:
            running.pop().process.send_signal(signal.SIGINT)
        return None

    with between(control_plane, tmp_path, interrupt) as server:
        web.context("first", control_plane, cluster={"server": server.url})
        running.append(started := start(web, "apply", "dev", "prod", "-o", "json", "--max-parallel", "1"))
        ended = started.end()
    assert ended.code == 130
    document = checked(ended.out, "ReportList")
    assert environments(document) == ["dev"]
    assert document["items"][0]["interrupted"]
    assert [error["code"] for error in document["errors"]][-2:] == ["interrupted"] * 2
    assert document["errors"][-1]["message"] == "prod: not started"
