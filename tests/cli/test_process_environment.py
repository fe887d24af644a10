"""Odd surroundings: streams that are gone, locales that are not UTF-8, users without a home."""

import os
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY
from tests.project import Project

DLCTL = f"{sys.executable} -m dlctl.cli.main"


def shell(app: Project, command: str, **environ: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        ["/bin/sh", "-c", command.replace("dlctl", DLCTL)],
        cwd=app.root,
        env={**os.environ, **environ},
        capture_output=True,
        timeout=120,
    )


@pytest.mark.slow
@pytest.mark.parametrize("environ", [{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("dlctl --version >&-", 1),
        ("dlctl --version >/dev/full", 1),
        ("dlctl --version | true", 0),
        ("dlctl --help >&-", 0),
        ("dlctl --help >/dev/full", 1),
        ("dlctl --help | true", 0),
        ("dlctl show dev >&- 2>&-", 1),
        ("dlctl show nope 2>/dev/full", 1),
        ("dlctl nope 2>/dev/full", 2),
        ("dlctl show nope 2>&1 >/dev/null | true", 0),
        ("dlctl component rm web <&- 2>/dev/full", 2),
    ],
)
def test_closed_stream(app: Project, command: str, code: int, environ: dict[str, str]) -> None:
    outcome = shell(app, command, **environ)
    assert outcome.returncode == code
    assert b"Traceback" not in outcome.stderr
    assert b"Exception" not in outcome.stderr


def test_command_completes_if_stderr_is_closed(app: Project) -> None:
    assert shell(app, "dlctl param set web title told 2>/dev/full").returncode == 0
    assert "title: told" in app.read("dlctl.yaml")


LOCALES = (
    {"LC_ALL": "C"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
    {"PYTHONIOENCODING": "utf-16"},
)


@pytest.mark.slow
@pytest.mark.parametrize("words", ["show dev", "show dev -o json", "param list --all", "param list -o json"])
def test_the_same_bytes_in_every_locale(app: Project, words: str) -> None:
    app.run("param", "set", "web", "title", "Grüße → 你好 😀").ok()
    expected = shell(app, f"dlctl {words}", LC_ALL="C.UTF-8").stdout
    assert "Grüße → 你好 😀".encode() in expected
    for environ in LOCALES:
        outcome = shell(app, f"dlctl {words}", **environ)
        assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, expected, b""), environ


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become a user whom the system does not know")
@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("--version", 0, ""),
        ("prototype list", 0, ""),
        ("env list", 1, "no dlctl.yaml in "),
        ("sandbox list", 1, "no home folder for the sandboxes"),
    ],
)
def test_a_user_without_a_home(words: str, code: int, message: str) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DLCTL_"))}
    outcome = subprocess.run(
        [sys.executable, "-m", "tests.cli.as_unknown_user", *words.split()],
        cwd="/",
        env={**environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
    )
    assert outcome.returncode == code
    assert outcome.stderr.startswith(f"Error: {message}" if message else "")
    assert "Traceback" not in outcome.stderr
