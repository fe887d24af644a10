"""docs/architecture.md is true: its recipes, done in a copy of the repository, give what they say."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.test_readme import matches

PAGE = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
SCRATCH = shutil.ignore_patterns("__pycache__", "*.pyc")
PYTHON = [sys.executable, "-W", "error", "-m"]
PROGRAMS = {
    "dlctl": [*PYTHON, "dlctl"],
    "pytest": [*PYTHON, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
    "make": [sys.executable, "scripts/prototype_pages.py"],
}
"""How the programs that the page names are run in the copy; `make` is `make docs`."""


@dataclass(frozen=True, slots=True)
class Block:
    """A code block of the page: its language, and its text without a line that names a file."""

    language: str
    path: str
    text: str

    def apply(self, root: Path) -> None:
        """Write the file, or change it where the block is a difference."""
        file = root / self.path
        if self.language == "diff":
            file.write_text(changed(file.read_text(encoding="utf-8"), self.text), encoding="utf-8")
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(self.text, encoding="utf-8")


def changed(text: str, difference: str) -> str:
    """A text with one place of it replaced; lines that begin with `-` or a space must stand there once."""
    lines = difference.splitlines()
    assert all(line[0] in "+- " for line in lines), difference
    old = "\n".join(line[1:] for line in lines if line[0] != "+")
    new = "\n".join(line[1:] for line in lines if line[0] != "-")
    assert text.count(old) == 1, f"stands {text.count(old)} times in the file:\n{old}"
    return text.replace(old, new)


def blocks(page: str) -> list[Block]:
    """The code blocks below the heading 'Recipes', in order."""
    recipes = page.partition("\n# Recipes\n")[2]
    found = re.findall(
        r"^```(\w+)\n(?:# (\S+/\S+|README\.md)\n)?(.*?)^```", recipes, re.MULTILINE | re.DOTALL
    )
    return [Block(*each) for each in found]


BLOCKS = blocks(PAGE)
RECIPES = re.findall(r"^## (.*)$", PAGE.partition("\n# Recipes\n")[2], re.MULTILINE)


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


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository in which every recipe was followed."""
    root = copied(tmp_path_factory.mktemp("checkout"))
    for block in BLOCKS:
        if block.path:
            block.apply(root)
    for block in BLOCKS:
        for line in block.text.splitlines() if block.language == "sh" else ():
            run(line, root)
    return root


def run(line: str, root: Path) -> str:
    """What one command line of the page prints, once it is known to have succeeded."""
    words = shlex.split(line)
    settings = dict(word.split("=") for word in words[:1] if "=" in word)
    program, *arguments = words[len(settings) :]
    answer = subprocess.run(
        [*PROGRAMS[program], *([] if program == "make" else arguments)],
        cwd=root,
        env={**os.environ, **settings, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert answer.returncode == 0, f"$ {line}\n{answer.stdout}\n{answer.stderr}"
    return answer.stdout


def test_every_recipe_is_there() -> None:
    assert RECIPES == [
        "Add a command",
        "Add a kind of output",
        "Add a rule for readiness",
        "Add a group of parameters",
        "Add a prototype",
    ]
    assert {block.language for block in BLOCKS if not block.path} == {"sh", "console", "pycon"}


def test_the_commands_print_what_the_page_says(checkout: Path) -> None:
    examples = [block.text for block in BLOCKS if block.language == "console"]
    assert len(examples) == 2
    for text in examples:
        command, _, expected = text.removeprefix("$ ").partition("\n")
        printed = run(command, checkout)
        assert matches(printed, tuple(expected.splitlines())), printed


def test_the_functions_return_what_the_page_says(checkout: Path) -> None:
    sessions = checkout / "sessions.txt"
    sessions.write_text("\n".join(block.text for block in BLOCKS if block.language == "pycon"))
    answer = subprocess.run(
        [*PYTHON, "doctest", str(sessions)], cwd=checkout, capture_output=True, text=True, timeout=60
    )
    assert (answer.returncode, answer.stdout) == (0, ""), answer.stdout + answer.stderr


def test_the_code_is_as_the_linters_want_it(checkout: Path) -> None:
    python = sorted({block.path for block in BLOCKS if block.path.endswith(".py")})
    mine = [path for path in python if path.startswith("dlctl/")]
    for command in (
        ["ruff", "format", "--check", "--no-cache", *python],
        ["ruff", "check", "--no-cache", *python],
        ["mypy", "--follow-imports", "silent", *mine],
    ):
        answer = subprocess.run(
            [sys.executable, "-m", *command], cwd=checkout, capture_output=True, text=True, timeout=240
        )
        assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_rooms_are_kept(checkout: Path) -> None:
    script = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    answer = subprocess.run(
        [sys.executable, "-c", script, "--no-cache"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('     "completion": ("dlctl', '     "completions": ("dlctl'),  # what a difference stands beside
        ("+| `Greeting` | `hello` |\n", "+| `Greetings` | `hello` |\n"),
        ('{"const": "Greeting"}', '{"const": "Hello"}'),
    ],
)
def test_a_wrong_block_is_noticed(tmp_path: Path, right: str, wrong: str) -> None:
    root = copied(tmp_path)
    assert right in PAGE

    def follow() -> None:
        for block in blocks(PAGE.replace(right, wrong)):
            if block.path:
                block.apply(root)
        run("pytest tests/cli/test_hello.py tests/cli/test_output_contract.py", root)

    with pytest.raises(AssertionError):
        follow()
