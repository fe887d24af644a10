"""`dlctl component set NAME --disabled --env ENV`."""

import pytest

from tests.project import Project

FILE = "environments/dev/environment.yaml"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("context: dev # ours\n", "context: dev # ours\ndisabled:\n- web\n"),
        ("disabled: [api]\ncontext: dev\n", "disabled: [api, web]\ncontext: dev\n"),
        ("disabled: api\ncontext: dev\n", "disabled:\n- api\n- web\ncontext: dev\n"),
        ("disabled:\n- api  # not here\n", "disabled:\n- api  # not here\n- web\n"),
        ("disabled:\ncontext: dev\n", "disabled:\n- web\ncontext: dev\n"),
    ],
)
def test_disable_and_enable(app: Project, before: str, after: str) -> None:
    app.run("generate", "page", "api").ok()
    app.write({FILE: before})
    answer = app.run("component", "set", "web", "--env", "dev", "--disabled").ok()
    assert answer.err == f"changed {FILE}\n"
    assert app.read(FILE) == after
    assert "web" not in app.run("show", "dev", "-o", "name").ok().out
    again = app.run("component", "set", "web", "--env", "dev", "--disabled").ok()
    assert again.err == "component web is already disabled in dev\n"
    app.run("component", "set", "web", "--env", "dev", "--enabled").ok()
    assert "web" not in app.read(FILE)
    assert "web" in app.run("show", "dev", "-o", "name").ok().out


def test_env_list_shows_what_is_disabled(app: Project) -> None:
    app.run("component", "set", "web", "--env", "prod", "--disabled").ok()
    lines = app.run("env", "list").ok().out.splitlines()
    assert lines[0].split() == [
        "NAME",
        "CLUSTER",
        "NAMESPACE",
        "EXTENDS",
        "PROTECTED",
        "PINNED",
        "DISABLED",
        "SERVER",
    ]
    assert lines[2].split() == ["prod", "prod", "prod-space", "no", "web"]


def test_a_parent_that_disables_it_is_named(app: Project) -> None:
    app.write({FILE: "context: dev\nextends: [prod]\n"})
    app.run("component", "set", "web", "--env", "prod", "--disabled").ok()
    answer = app.run("component", "set", "web", "--env", "dev", "--enabled")
    assert answer.code == 1
    assert "component 'web' is disabled in an environment that 'dev' extends" in answer.err
    assert f"{FILE}:2:" in answer.err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("web --env dev", 2, "nothing to set"),
        ("web --disabled", 2, "no environment given"),
        ("wbe --env dev --disabled", 1, "did you mean 'web'?"),
        ("web --env dve --disabled", 1, "did you mean 'dev'?"),
    ],
)
def test_mistakes(app: Project, words: str, code: int, message: str) -> None:
    answer = app.run("component", "set", *words.split())
    assert (answer.code, message in answer.err) == (code, True)
