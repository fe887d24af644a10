"""What the commands of every day import: the third-party packages, and at most so many modules.

A command that starts slower than it did has a cause that is found here: a module that it does not need.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.cli.imported import imported_by, third_party
from tests.conftest import REPOSITORY

ALWAYS = {"annotated_doc", "click", "msgspec", "shellingham", "typer", "typing_extensions"}
READING = ALWAYS | {"yaml"}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    return {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the sample app."""
    app = tmp_path / "app"
    app.mkdir()
    shutil.copy(REPOSITORY / "dlctl.yaml", app)
    shutil.copytree(REPOSITORY / "environments", app / "environments")
    return app


def _check(words: list[str], environ: dict[str, str], app: Path, packages: set[str], most: int) -> None:
    """Twice: the second one finds what the first one stored."""
    imported_by(words, environ, app)
    code, modules = imported_by(words, environ, app)
    assert code == 0
    assert third_party(modules) == packages
    assert len(modules) <= most, modules


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "packages", "most"),
    [
        (["version"], ALWAYS, 193),
        (["job", "--help"], ALWAYS, 206),
        (["show", "gke"], READING, 299),
        (["param", "list"], READING, 287),
        (["prototype", "list"], READING, 262),
        (["param", "set", "cnn", "num_workers", "3"], READING, 318),
    ],
)
def test_modules_of_a_command(
    words: list[str], packages: set[str], most: int, environ: dict[str, str], sample: Path
) -> None:
    _check(words, environ, sample, packages, most)


def test_modules_of_generate(environ: dict[str, str], sample: Path) -> None:
    rest = ["--model_path", "gs://models/more"]
    imported_by(["generate", "tf-serving", "first", *rest], environ, sample)
    code, modules = imported_by(["generate", "tf-serving", "second", *rest], environ, sample)
    assert code == 0
    assert third_party(modules) == READING | {"jsonschema_rs"}  # the parameter has a pattern
    assert len(modules) <= 342, modules


def test_modules_of_completion(environ: dict[str, str], sample: Path) -> None:
    asked = {"_DLCTL_COMPLETE": "bash_complete", "COMP_WORDS": "dlctl param set cnn ", "COMP_CWORD": "4"}
    _check([], {**environ, **asked}, sample, READING, 257)
