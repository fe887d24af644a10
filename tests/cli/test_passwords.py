"""Secrets on the command line: read from standard input, and a warning of one in plain text."""

import pytest

from tests.project import Project

SECRET = "hunter2-hunter2"


def test_a_value_from_standard_input(app: Project) -> None:
    answer = app.spawn("param", "set", "web", "token", "-", input=SECRET + "\n")
    assert answer.returncode == 0
    assert f"token: {SECRET}\n" in app.read("dlctl.yaml")
    assert SECRET not in answer.stdout + answer.stderr
    assert answer.stderr.count("warning: token is a secret, stored in plain text in dlctl.yaml") == 1
    assert "dlctl param set web token '{fromEnv: NAME}'" in answer.stderr


def test_only_the_last_line_end_is_removed(app: Project) -> None:
    assert app.spawn("param", "set", "web", "title", "-", input="a\n\n").returncode == 0
    assert app.run("param", "explain", "web", "title", "-o", "json").json["value"] == "a\n"


def test_empty_standard_input_is_no_password(app: Project) -> None:
    answer = app.spawn("param", "set", "web", "token", "-", input="")
    assert (answer.returncode, "no value of token: standard input is empty" in answer.stderr) == (2, True)
    assert "token:" not in app.read("dlctl.yaml")


def test_a_dash_as_a_value(app: Project) -> None:
    app.run("param", "set", "web", "title=-").ok()
    assert app.run("param", "explain", "web", "title", "-o", "json").json["value"] == "-"


def test_a_secret_in_an_environment(app: Project) -> None:
    stored = app.run("param", "set", "--env", "dev", "web", "token", SECRET).ok()
    assert "stored in plain text in environments/dev/params.yaml" in stored.err
    again = app.run("param", "set", "--env", "dev", "web", "token", SECRET).ok()
    assert "in plain text" not in again.err, "nothing was stored"
    everywhere = app.run("param", "set", "--env", "dev", f"token={SECRET}").ok()
    assert everywhere.err.count("in plain text") == 1


def test_generate_warns_once(app: Project) -> None:
    answer = app.run("generate", "page", "new", "--token", SECRET, "--title", "x").ok()
    assert answer.err.count("warning: token is a secret") == 1
    assert SECRET not in answer.err
    assert "in plain text" not in app.run("generate", "page", "newer", "--title", "x").ok().err


@pytest.mark.parametrize("text", ["{fromFiel: x}", "{'formEnv': x}", "{fromVault: y}"])
def test_a_misspelt_reference_does_not_become_the_secret(app: Project, text: str) -> None:
    refused = app.run("param", "set", "web", "token", text)
    assert refused.code == 1
    key = text.strip("{}").partition(":")[0].strip("'")
    assert (
        f"the value of parameter 'token' is not a reference to a secret: unknown key '{key}'" in refused.err
    )
    if key == "fromFiel":
        assert "did you mean 'fromFile'? --string takes any string" in refused.err
    if key == "fromVault":
        assert "write {fromEnv: NAME} or {fromFile: PATH}; --string takes any string" in refused.err
    assert "token:" not in app.read("dlctl.yaml")
    app.run("param", "set", "--string", "web", "token", text).ok()
    app.run("param", "set", "web", "token", '{"from": "a", "to": "b"}').ok()  # a text of JSON
    at = "components:\n  web:\n    token:\n      "
    app.write({"environments/dev/params.yaml": f"{at}{text.strip('{}')}\n"})
    shown = app.run("show", "dev")
    assert (shown.code, f"parameter 'token': '{key}' refers to no secret" in shown.err) == (1, True), (
        shown.err
    )
    assert "environments/dev/params.yaml:4:" in shown.err


def test_a_token_in_a_url_is_not_printed_with_the_warning_about_it(app: Project) -> None:
    app.run("generate", "image-build", "img", "--image", "i:1", "--git-url", "https://h/a").ok()
    warned = app.run("param", "set", "img", "git_url", "https://u:TOKEN@h/a").ok().err
    assert "visible to everybody" in warned
    assert "git_url = https://***@h/a, from" in warned
    shown = app.run("show", "dev")
    assert "visible to everybody" in shown.err
    assert "TOKEN" not in warned + shown.err
