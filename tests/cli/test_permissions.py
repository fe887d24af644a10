"""Files and folders that may not be read: an error that names them, never an answer without them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.project import Project

PAGE = "prototypes/pages/page"


@contextmanager
def closed(path: Path) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(0)
    try:
        yield
    finally:
        path.chmod(before)


def run(app: Project, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.cli.as_unprivileged", "--dir", str(app.root), *words],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("dlctl.yaml", "show dev"),
        (f"{PAGE}/templates", "show dev"),
        (f"{PAGE}/templates/page.yaml.j2", "show dev"),
        (f"{PAGE}/prototype.yaml", "show dev"),
        (PAGE, "show dev"),
        ("prototypes/pages", "show dev"),
        ("prototypes", "show dev"),
        ("prototypes", "prototype list"),
        (f"{PAGE}/templates", "component eject web --prototype mine"),
        (f"{PAGE}/fragments", "show dev"),
        ("environments/dev/params.yaml", "show dev"),
        ("environments/dev", "show dev"),
        ("environments", "env list"),
        ("environments/dev", "env list"),
        ("environments/dev", "component rm web --yes"),
        ("environments", "component rm web --yes"),
    ],
)
def test_unreadable_files_are_named(app: Project, path: str, words: str) -> None:
    app.write({f"{PAGE}/fragments/none.yaml.j2": "a: 1\n"})
    before = app.files()
    with closed(app.root / path):
        outcome = run(app, *words.split())
    assert outcome.returncode == 1
    assert outcome.stdout == ""
    assert path in outcome.stderr
    assert "Permission denied" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert app.files() == before


def test_commands_work_with_readable_files(app: Project) -> None:
    assert run(app, "show", "dev", "-o", "name").stdout == "configmap/web\ndeployment.apps/web\n"
