"""What keeps the code readable and the start fast; import-linter checks the layers (`make lint`)."""

import ast
import json
import os
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
MODULES = sorted((REPOSITORY / "dlctl").rglob("*.py"))
OF_EXTRAS = {"pynvml": ["nvidia-ml-py"]}
"""Modules of optional dependencies, which need not be installed here, and their packages."""
HEAVY = ("kubernetes", "jinja2", "rich", "jsonschema_rs", "ruamel")


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def below(layer: str) -> list[Path]:
    return [path for path in MODULES if (REPOSITORY / "dlctl" / layer) in path.parents]


def test_no_module_is_long() -> None:
    assert {str(path): lines(path) for path in MODULES if lines(path) > LONGEST_MODULE} == {}
    assert statistics.median(map(lines, MODULES)) < 150


def _imports(path: Path) -> Iterator[str]:
    """The packages that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.slow
def test_every_package_that_is_imported_is_declared() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed_always, of_extras = project["dependencies"], project["optional-dependencies"]["nvidia"]
    declared = {re.split(r"[^\w.-]", text)[0].lower() for text in (*needed_always, *of_extras)}
    distributions = {**OF_EXTRAS, **packages_distributions()}
    imported = {name for path in MODULES for name in _imports(path)} - sys.stdlib_module_names - {"dlctl"}
    needed = {distributions[name][0].lower().replace("_", "-") for name in imported}
    assert needed - declared == set()


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = node.body[1] if _is_text(node.body[0]) and len(node.body) > 1 else node.body[0]
            size = (node.end_lineno or start.lineno) - start.lineno + 1
            yield f"{path.relative_to(REPOSITORY)}:{node.lineno} {node.name}", size


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


@pytest.mark.slow
def test_no_function_is_long() -> None:
    long = {name: size for path in MODULES for name, size in _functions(path) if size > LONGEST_FUNCTION}
    assert long == {}


def _uses(path: Path, *names: str) -> list[str]:
    """Places where an attribute of `os` or `Path` with one of these names, or `print`, is used."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        named = (isinstance(node, ast.Attribute) and ast.unparse(node) in names) or (
            isinstance(node, ast.Name) and node.id in names
        )
        if named:
            assert isinstance(node, ast.expr)
            found.append(f"{path.relative_to(REPOSITORY)}:{node.lineno}")
    return found


OUTSIDE_CLI = [path for path in MODULES if (REPOSITORY / "dlctl/cli") not in path.parents]


@pytest.mark.slow
def test_only_the_command_line_reads_the_process_environment_and_folder() -> None:
    names = ("os.environ", "os.getenv", "os.getcwd", "Path.cwd", "Path.home")
    assert [place for path in OUTSIDE_CLI for place in _uses(path, *names)] == []


@pytest.mark.slow
def test_only_the_command_line_prints_prompts_and_exits() -> None:
    names = ("print", "input", "sys.exit", "sys.stdout", "sys.stderr", "sys.stdin", "SystemExit")
    assert [place for path in OUTSIDE_CLI for place in _uses(path, *names)] == []


def _imported(words: list[str], environ: dict[str, str], cwd: Path) -> list[str]:
    script = (
        "import json, sys\nfrom dlctl.cli.main import main\n"
        f"code = main({words!r})\n"
        "sys.stderr.write('MODULES' + json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, env=environ, capture_output=True, text=True, timeout=60
    )
    found = json.loads(outcome.stderr.partition("MODULES")[2])
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    "words", [["--version"], ["version"], ["--help"], ["show", "--help"], ["completion", "bash"]]
)
def test_version_and_help_import_no_heavy_modules(words: list[str]) -> None:
    assert [name for name in _imported(words, dict(os.environ), REPOSITORY) if name in HEAVY] == []


@pytest.mark.parametrize("line", ["dlctl sh", "dlctl show ", "dlctl param set cnn ", "dlctl generate tf-"])
def test_completion_imports_no_heavy_modules(line: str) -> None:
    environ = {
        **os.environ,
        "_DLCTL_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }
    heavy = [name for name in _imported([], environ, REPOSITORY) if name in HEAVY]
    assert heavy == []


def test_version_needs_neither_click_nor_yaml() -> None:
    found = _imported(["--version"], dict(os.environ), REPOSITORY)
    assert [name for name in found if name in ("click", "typer", "yaml")] == []
