"""Prompts, colours and widths on a terminal, and pipes that are closed."""

import subprocess

import pytest

from dlctl.labels import APP, ENVIRONMENT
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, config, names_in
from tests.on_cluster.processes import COMMAND, environ_of, on_terminal

pytestmark = pytest.mark.controlplane


@pytest.fixture
def web(cluster_app: AppOnCluster) -> AppOnCluster:
    cluster_app.component("web", config("page"))
    cluster_app.run("apply", "dev").ok()
    return cluster_app


def test_delete_prompts_on_a_terminal(web: AppOnCluster) -> None:
    answer = on_terminal(web, "delete", "dev", typed="n\n")
    assert answer.code != 0
    assert f"Delete 1 object of dev on {web.control_plane.server}" in answer.out
    assert f"ConfigMap/page (namespace {web.namespace})" in answer.out
    assert "not confirmed; nothing was changed" in answer.out
    assert web.names("configmap") == ["page"]
    nothing = on_terminal(web, "delete", "dev", typed="\x04")
    assert nothing.code != 0
    assert web.names("configmap") == ["page"]

    agreed = on_terminal(web, "delete", "dev", typed="y\n")
    assert agreed.code == 0
    assert web.names("configmap") == []


def test_ctrl_c_at_the_prompt(web: AppOnCluster) -> None:
    answer = on_terminal(web, "delete", "dev", interrupt_at="[y/N]")
    assert answer.code == 130
    assert "Traceback" not in answer.out
    assert web.names("configmap") == ["page"]


def test_apply_prompts_only_for_protected_environments(
    web: AppOnCluster, control_plane: ControlPlane
) -> None:
    web.component("web", config("page", a="2"))
    assert "[y/N]" not in on_terminal(web, "apply", "dev").out
    web.environment("dev", pin=control_plane, protected=True)
    web.component("web", config("page", a="3"))
    refused = on_terminal(web, "apply", "dev", typed="n\n")
    assert f"'dev' on {control_plane.server} is protected: 1 to update. Apply? [y/N]" in refused.out
    assert '-  a: "2"' in refused.out
    assert "[y/N]" not in on_terminal(web, "apply", "dev", "--yes", "--dry-run").out
    assert refused.code != 0
    assert web.get("configmap", "page")["data"] == {"a": "2"}
    assert on_terminal(web, "apply", "dev", typed="yes\n").code == 0
    assert web.get("configmap", "page")["data"] == {"a": "3"}
    assert "[y/N]" not in on_terminal(web, "apply", "dev").out
    question = on_terminal(web, "delete", "dev", typed="n\n").out
    assert "Delete 1 object of protected environment dev" in question


def test_only_the_confirmed_plan_is_written(web: AppOnCluster, control_plane: ControlPlane) -> None:
    """The answer to a question may take an hour."""
    web.environment("dev", pin=control_plane, protected=True)
    web.component("web", config("page", a="new"), config("other", b="new"))

    def somebody_else() -> None:
        web.kubectl("label", "configmap", "page", f"{APP}-", f"{ENVIRONMENT}-")

    refused = on_terminal(web, "apply", "dev", typed="y\n", meanwhile=somebody_else)
    assert refused.code == 1
    assert "already exists but was not applied by this app" in refused.out
    assert web.names("configmap") == ["page"]

    web.kubectl("delete", "configmap", "page")
    changed = on_terminal(
        web, "apply", "dev", typed="y\n", meanwhile=lambda: web.run("apply", "dev", "--yes").ok()
    )
    assert changed.code == 1
    assert "changed after the plan was shown; nothing was written" in changed.out
    assert "run the command again" in changed.out


def test_the_cluster_is_identified_again_after_the_prompt(
    web: AppOnCluster, control_plane: ControlPlane, second_control_plane: ControlPlane
) -> None:
    """Somebody lets the context lead to another cluster while the question is open."""
    web.environment("dev", pin=control_plane, protected=True)
    web.component("web", config("page", a="new"))
    refused = on_terminal(
        web,
        "apply",
        "dev",
        typed="y\n",
        meanwhile=lambda: web.context("first", second_control_plane),
    )
    assert refused.code == 1
    assert "environment dev is pinned to cluster" in refused.out
    assert names_in(second_control_plane, web.namespace, "configmap") == []
    assert web.get("configmap", "page")["data"] != {"a": "new"}


def test_colours_only_on_terminals_without_no_color(web: AppOnCluster) -> None:
    web.component("web", config("page", a="2"))
    assert "\x1b[32m+  a: " in on_terminal(web, "diff", "dev").out
    plain = on_terminal(web, "diff", "dev", environ={"NO_COLOR": "1"}).out
    assert "\x1b[" not in plain
    assert "\x1b[" not in web.run("diff", "dev").out


def test_a_narrow_terminal(web: AppOnCluster) -> None:
    shown = on_terminal(web, "status", "dev", environ={"COLUMNS": "40"})
    assert shown.code == 0
    assert "1/1" in shown.out
    everything = on_terminal(web, "status", "dev", "--all-objects", environ={"COLUMNS": "40"})
    assert "cm/page" in everything.out


def test_closed_pipe_prints_no_traceback(web: AppOnCluster) -> None:
    web.component("web", *(config(f"page-{number}", text="x" * 5000) for number in range(40)))
    command = subprocess.Popen(
        [*COMMAND, "diff", "dev"],
        cwd=web.project.root,
        env=environ_of(web),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stdout is not None
    assert command.stderr is not None
    assert command.stdout.readline().startswith("--- dev")
    command.stdout.close()
    said = command.stderr.read()
    command.stderr.close()
    assert command.wait(60) in (1, 2)
    assert "Traceback" not in said
    assert "Exception ignored" not in said


def test_apply_completes_after_the_pipe_is_closed(web: AppOnCluster) -> None:
    """What is half applied because a pager was left would be the worst of both."""
    web.component("web", *(config(f"page-{number}") for number in range(30)))
    command = subprocess.Popen(
        [*COMMAND, "apply", "dev"],
        cwd=web.project.root,
        env=environ_of(web),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stdout is not None
    command.stdout.close()
    assert command.stderr is not None
    said = command.stderr.read()
    command.stderr.close()
    assert command.wait(60) == 0
    assert "30 created" in said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert len(web.names("configmap")) == 31
