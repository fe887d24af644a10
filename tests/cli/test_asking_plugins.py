"""Credential plugins that ask on the terminal: one at a time, and nothing is drawn over a question."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.drawing import environ_of
from tests.project import Project
from tests.terminal import DLCTL, Shown, on_terminal

pytestmark = pytest.mark.slow

V1 = "client.authentication.k8s.io/v1"
ASKS = (
    'printf \'Password of %s: \' "$0" >&2; read answer; sleep 0.8; echo "$0 got $answer" >&2; '
    f"""printf '{{"apiVersion": "{V1}", "kind": "ExecCredential", "status": {{"token": "t"}}}}'"""
)


@pytest.fixture
def app(project: Project) -> Project:
    """Environments on servers that are not there, each with a user whose plugin asks."""
    names = ("far", "farther")
    plugin = {"apiVersion": V1, "interactiveMode": "Always", "command": "sh"}
    server = {"server": "https://127.0.0.1:1"}
    body = {
        "contexts": [{"name": name, "context": {"cluster": "c", "user": name}} for name in names],
        "clusters": [{"name": "c", "cluster": server}],
        "users": [{"name": name, "user": {"exec": {**plugin, "args": ["-c", ASKS, name]}}} for name in names],
    }
    Path(project.environ["KUBECONFIG"]).write_text(json.dumps(body))
    project.write({"dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: small\n"})
    for name in names:
        project.write({f"environments/{name}/environment.yaml": f"context: {name}\nnamespace: {name}\n"})
    return project


def asked(app: Project, *words: str) -> Shown:
    """What is seen when two passwords are typed at once."""
    return on_terminal(
        [*DLCTL, *words], cwd=app.root, environ=environ_of(app), columns=100, typed="one\ntwo\n"
    )


@pytest.mark.parametrize("words", [("status", "--all"), ("cluster", "list"), ("diff", "--all"), ("doctor",)])
def test_one_plugin_at_a_time_asks_and_the_next_one_is_named(app: Project, words: Sequence[str]) -> None:
    shown = asked(app, *words)
    lines = re.findall(r"context '(\w+)' has the terminal|Password of (\w+): |(\w+) got (\w+)", shown.text)
    asked_first = next(asks for _, asks, _, _ in lines if asks)
    first, second = ("far", "farther") if asked_first == "far" else ("farther", "far")
    if lines[0][0]:  # the other context was known by then
        assert lines.pop(0)[0] == first, shown.text
    assert lines == [
        ("", first, "", ""),
        ("", "", first, "one"),
        (second, "", "", ""),
        ("", second, "", ""),
        ("", "", second, "two"),
    ], shown.text


@pytest.mark.parametrize("words", [("diff", "far"), ("preflight", "far"), ("diff", "--all")])
def test_nothing_is_drawn_while_a_plugin_asks(app: Project, words: Sequence[str]) -> None:
    shown = asked(app, *words)
    questions = re.findall(r"Password of \w+: (.*?)\w+ got", shown.raw, re.DOTALL)
    assert len(questions) == (2 if "--all" in words else 1)
    for meanwhile in questions:
        assert "\x1b" not in meanwhile, shown.raw
    if "--all" not in words:
        assert "has the terminal" not in shown.text
