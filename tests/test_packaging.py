"""What is installed: the wheel has what dlctl needs and nothing else, the sdist has what the tests need."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

from dlctl import __version__
from tests.conftest import REPOSITORY


def built(target: str, folder: Path) -> Path:
    """The wheel or the sdist of this checkout, made without a network."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, timeout=120)
    (path,) = folder.iterdir()
    return path


def run(*words: str, cwd: Path, environ: dict[str, str] | None = None) -> str:
    """What `python -m dlctl WORDS` prints."""
    command = [sys.executable, "-m", "dlctl", *words]
    answer = subprocess.run(
        command, cwd=cwd, env={**os.environ, **(environ or {})}, capture_output=True, text=True, timeout=60
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_the_package_is_a_program() -> None:
    assert run("--version", cwd=REPOSITORY) == f"dlctl {__version__}\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel installs."""
    folder = tmp_path_factory.mktemp("wheel")
    target = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(built("wheel", folder)) as archive:
        archive.extractall(target)
    return target


@pytest.mark.slow
def test_the_wheel_has_every_file_of_the_package_and_no_test(wheel: Path) -> None:
    def below(folder: Path) -> set[str]:
        files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
        return {path.as_posix() for path in files if "__pycache__" not in path.parts}

    assert {path.name for path in wheel.iterdir()} == {"dlctl", f"dlctl-{__version__}.dist-info"}
    prototypes = {f"_prototypes/{name}" for name in below(REPOSITORY / "prototypes")}
    assert below(wheel / "dlctl") == below(REPOSITORY / "dlctl") | prototypes
    assert (wheel / "dlctl" / "py.typed").is_file()
    assert not list(wheel.rglob("*fakes*"))


@pytest.mark.slow
def test_the_wheel_finds_its_prototypes(wheel: Path, tmp_path: Path) -> None:
    environ = {"PYTHONPATH": str(wheel), "HOME": str(tmp_path)}
    assert "tf-serving" in run("prototype", "list", "-o", "json", cwd=tmp_path, environ=environ)
    where = subprocess.run(
        [sys.executable, "-c", "import dlctl; print(dlctl.__file__)"],
        cwd=tmp_path,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(wheel), "the checkout was imported instead"


@pytest.mark.slow
def test_the_sdist_has_what_the_tests_use(tmp_path: Path) -> None:
    with tarfile.open(built("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in (
        "dlctl",
        "prototypes",
        "environments",
        "completions",
        "docs",
        "images",
        "scripts",
        "tests",
    ):
        files = (path for path in (REPOSITORY / folder).rglob("*") if path.is_file())
        wanted = {path.relative_to(REPOSITORY).as_posix() for path in files if path.suffix != ".pyc"}
        assert wanted - names == set()
    assert {"Makefile", "README.md", "dlctl.yaml", "pyproject.toml", ".pre-commit-config.yaml"} <= names


def test_the_hooks_are_the_checks_of_make_lint() -> None:
    config = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    recipe = (REPOSITORY / "Makefile").read_text().partition("\nlint:")[2].partition("\n\n")[0]
    commands = [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe.splitlines()[1:]]
    assert [hook["entry"] for hook in hooks] == commands
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks} == {"system"}
