"""What a program that calls dlctl does not wait for: rich is there for terminals alone."""

import re
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.cli.drawing import dlctl
from tests.project import Project
from tests.terminal import on_terminal

SILENT = [
    ("--version",),
    ("--help",),
    ("show", "dev"),
    ("show", "staging"),
    ("param", "list", "--env", "dev"),
    ("param", "explain", "web", "replicas", "--env", "dev"),
    ("param", "set", "web", "replicas", "none"),
    ("env", "list"),
    ("prototype", "describe", "page"),
    ("component", "list"),
]


def imported(project: Project, *words: str, environ: Mapping[str, str] | None = None) -> set[str]:
    """The packages that `dlctl WORDS` imports, with nothing of it on a terminal."""
    command = [sys.executable, "-X", "importtime", "-m", "dlctl.cli.main", *words]
    ran = subprocess.run(
        command, cwd=project.root, env={**project.environ, **(environ or {})}, capture_output=True, text=True
    )
    return packages(ran.stderr)


def packages(log: str) -> set[str]:
    """The packages in the log of `-X importtime`."""
    return {name.partition(".")[0] for name in re.findall(r"^import time:.*\| +([\w.]+)\s*$", log, re.M)}


@pytest.mark.slow
@pytest.mark.parametrize("words", SILENT, ids=" ".join)
def test_rich_is_not_imported_for_a_pipe(app: Project, words: tuple[str, ...]) -> None:
    found = imported(app, *words)
    assert "dlctl" in found
    assert "rich" not in found


def test_completion_imports_no_rich(app: Project) -> None:
    environ = {"_DLCTL_COMPLETE": "bash_complete", "COMP_WORDS": "dlctl show ", "COMP_CWORD": "2"}
    found = imported(app, environ=environ)
    assert "dlctl" in found
    assert "rich" not in found


def test_rich_is_imported_for_a_terminal(app: Project) -> None:
    command = (sys.executable, "-X", "importtime", "-m", "dlctl.cli.main", "param", "list")
    shown = on_terminal(command, cwd=app.root, environ=app.environ)
    assert "rich" in packages(shown.text)


def test_an_error_on_a_terminal_is_red_and_its_hint_is_dim(app: Project) -> None:
    shown = dlctl(app, "show", "staging")
    assert shown.code == 1
    assert shown.raw.startswith("\x1b[1;31mError:\x1b[0m ")
    assert "\x1b[2m" in shown.raw
    assert dlctl(app, "show", "staging", NO_COLOR="1").raw == shown.text.replace("\n", "\r\n")
