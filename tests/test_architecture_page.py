"""docs/architecture.md is true: its recipes, done in a copy of the repository, give what they say."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.test_readme import matches

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PAGE = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
SCRATCH = shutil.ignore_patterns("__pycache__", "*.pyc")
PYTHON = [sys.executable, "-W", "error", "-m"]
PROGRAMS = {
    "dlctl": [*PYTHON, "dlctl"],
    "pytest": [*PYTHON, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
    "doctest": [*PYTHON, "doctest"],
    "make": [sys.executable, "scripts/prototype_pages.py"],
}
"""How the programs that the page names are run in the copy; `make` is `make docs`."""


@dataclass(frozen=True, slots=True)
class Block:
    """A code block of the page: its language, the file that its first line names, and the text after it."""

    language: str
    path: str
    text: str

    def follow(self, root: Path) -> None:
        """Do what the block says in a copy of the repository. Raises AssertionError where that goes wrong."""
        if self.path:
            self._write(root / self.path)
        elif self.language == "sh":
            for line in self.text.splitlines():
                run(line, root)
        elif self.language == "console":
            command, _, expected = self.text.removeprefix("$ ").partition("\n")
            printed = run(command, root)
            assert matches(printed, tuple(expected.splitlines())), f"$ {command}\n{printed}"
        else:
            assert self.language == "pycon"
            (root / "session.txt").write_text(self.text, encoding="utf-8")
            run("doctest session.txt", root)

    def _write(self, file: Path) -> None:
        text = self.text
        if self.language == "diff":
            text = changed(file.read_text(encoding="utf-8"), self.text)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def changed(text: str, difference: str) -> str:
    """A text with one place of it replaced; lines that begin with `-` or a space must stand there once."""
    lines = difference.splitlines()
    assert all(line[0] in "+- " for line in lines), difference
    old = "\n".join(line[1:] for line in lines if line[0] != "+")
    new = "\n".join(line[1:] for line in lines if line[0] != "-")
    assert text.count(old) == 1, f"stands {text.count(old)} times in the file:\n{old}"
    return text.replace(old, new)


def recipes(page: str) -> dict[str, list[Block]]:
    """The code blocks below each heading of the part 'Recipes', in order."""
    parts = re.split(r"^## (.*)\n", page.partition("\n# Recipes\n")[2], flags=re.MULTILINE)[1:]
    block = re.compile(r"^```(\w+)\n(?:# (\S+/\S+|README\.md)\n)?(.*?)^```", re.MULTILINE | re.DOTALL)
    return {
        title: [Block(*found) for found in block.findall(text)]
        for title, text in zip(parts[::2], parts[1::2], strict=True)
    }


def follow(page: Mapping[str, Sequence[Block]], titles: Sequence[str], root: Path) -> None:
    """Follow some recipes in a copy of the repository. Raises AssertionError where a block is wrong."""
    for title in titles:
        for block in page[title]:
            block.follow(root)


RECIPES = recipes(PAGE)


def copied(folder: Path) -> Path:
    """A copy of what the sdist has."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    for name in ("pyproject.toml", *project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]):
        source, target = REPOSITORY / name.strip("/"), folder / name.strip("/")
        if source.is_dir():
            shutil.copytree(source, target, ignore=SCRATCH)
        else:
            shutil.copy(source, target)
    return folder


def run(line: str, root: Path) -> str:
    """What a command line of the page prints; raises AssertionError where it fails."""
    words = shlex.split(line)
    settings = dict(word.split("=") for word in words[:1] if "=" in word)
    program, *arguments = words[len(settings) :]
    return output([*PROGRAMS[program], *([] if program == "make" else arguments)], root, settings)


def output(command: list[str], root: Path, settings: dict[str, str] | None = None) -> str:
    """What a command prints; raises AssertionError where it fails."""
    environ = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", **(settings or {})}
    answer = subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, timeout=240)
    assert answer.returncode == 0, f"$ {shlex.join(command)}\n{answer.stdout}\n{answer.stderr}"
    return answer.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository in which every recipe was followed: what a block says was found to be so."""
    root = copied(tmp_path_factory.mktemp("checkout"))
    follow(RECIPES, list(RECIPES), root)
    return root


def test_every_recipe_works(checkout: Path) -> None:
    assert list(RECIPES) == [
        "Add a command",
        "Add a kind of output",
        "Add a rule for readiness",
        "Add a group of parameters",
        "Add a prototype",
    ]
    assert "hello" in run("dlctl --help", checkout)
    assert "queue-worker" in run("dlctl prototype list", checkout)


def test_the_code_is_as_the_linters_want_it(checkout: Path) -> None:
    python = sorted({b.path for blocks in RECIPES.values() for b in blocks if b.path.endswith(".py")})
    assert len(python) > 4
    output([*PYTHON, "ruff", "format", "--check", "--no-cache", *python], checkout)
    output([*PYTHON, "ruff", "check", "--no-cache", *python], checkout)
    modules = [path for path in python if path.startswith("dlctl/")]
    output([sys.executable, "-m", "mypy", "--follow-imports", "silent", *modules], checkout)


def test_the_rooms_are_kept(checkout: Path) -> None:
    script = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    assert "0 broken" in output([sys.executable, "-c", script, "--no-cache"], checkout)


@pytest.mark.parametrize(
    ("titles", "right", "wrong"),
    [
        (["Add a command"], '     "completion": (', '     "completions": ('),
        (["Add a command"], "found.components)", "found.parts)"),
        (["Add a command"], "kubeflow-demo: 3 components", "kubeflow-demo: 4 components"),
        (["Add a command", "Add a kind of output"], '{"const": "Greeting"}', '{"const": "Hello"}'),
        (["Add a rule for readiness"], "in: [COMPLETED]", "in: [RUNNING]"),
        (["Add a rule for readiness"], "message: submitted", "message: waiting"),
        (["Add a group of parameters"], " EFFECTS: dict", " EFFECT: dict"),
    ],
)
def test_a_wrong_block_is_noticed(tmp_path: Path, titles: list[str], right: str, wrong: str) -> None:
    root = copied(tmp_path)
    assert right in PAGE
    with pytest.raises(AssertionError):
        follow(recipes(PAGE.replace(right, wrong)), titles, root)
