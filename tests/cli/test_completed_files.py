"""Shell completion of files and folders: dlctl requests them, and the shells complete them."""

import re
from collections.abc import Iterator

import click
import pytest
import typer

from dlctl.cli.commands.table import COMMANDS, load_command
from dlctl.cli.root import app as root
from tests.cli.shell_at_work import SHELLS, completed
from tests.project import Project

_FILE = re.compile(r"\b(FILE|DIR|PATH|PACKAGE_DIR|SSHKEY|LOCATION)\b")
_ELSEWHERE = {"dlctl registry add --path"}
"""It names a folder in the registry's repository, which is not on this machine."""


def _commands(command: click.Command, words: str) -> Iterator[tuple[str, click.Command]]:
    yield words, command
    for name, below in command.commands.items() if isinstance(command, click.Group) else ():
        yield from _commands(below, f"{words} {name}")


def _lines() -> Iterator[str]:
    """A command line before each parameter that names a file or a folder."""
    loaded = (_commands(load_command(name), f"dlctl {name}") for name in COMMANDS)
    for words, command in [
        ("dlctl", typer.main.get_command(root)),
        *(each for some in loaded for each in some),
    ]:
        arguments = 0
        for each in command.params:
            named = _FILE.search(each.metavar or "") or isinstance(each.type, click.Path)
            if isinstance(each, click.Argument):
                yield from [words + " x" * arguments] if named else []
                arguments += 1
            elif named:
                yield from (f"{words} {option}" for option in each.opts)


LINES = sorted(set(_lines()) - _ELSEWHERE)


def offered(monkeypatch: pytest.MonkeyPatch, project: Project, line: str, cwd: str = ".") -> list[str]:
    """The suggestions for the last word of `line`, as bash reads them."""
    monkeypatch.setenv("_DLCTL_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    return project.run(cwd=cwd).ok().out.splitlines()


def test_there_are_such_parameters() -> None:
    assert {"dlctl --dir", "dlctl plan show", "dlctl apply --plan", "dlctl registry add x"} < set(LINES)


@pytest.mark.parametrize("line", [*LINES, "dlctl show dev --dir", "dlctl generate page new --values"])
def test_every_parameter_that_names_a_file_completes_it(
    app: Project, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    assert offered(monkeypatch, app, f"{line} my")[-1] in ("file,my", "dir,my")
    assert offered(monkeypatch, app, f"{line} ")[-1] in ("file,", "dir,")
    option = line.split(" ")[-1]
    if option.startswith("--"):
        assert offered(monkeypatch, app, f"{line}=my")[-1] in (f"file,{option}=my", f"dir,{option}=my")


def test_dir_is_read_wherever_it_stands(app: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for line in (f"dlctl show --dir {app.root} p", f"dlctl show --dir={app.root} p"):
        assert offered(monkeypatch, app, line, cwd="..") == ["plain,prod"]


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("plan show my", ["plan", "show", "my plan"]),
        ("diff dev --save my", ["diff", "dev", "--save", "my plan"]),
        ("diff dev --save=my", ["diff", "dev", "--save=my plan"]),
        ("show dev --dir o", ["show", "dev", "--dir", "other"]),
        ("show dev --output-dir=o", ["show", "dev", "--output-dir=other"]),
        ("apply dev --plan other/", ["apply", "dev", "--plan", "other/deep.plan"]),
        ("generate page new --values other", ["generate", "page", "new", "--values", "other"]),
        ("show d", ["show", "dev"]),
    ],
)
def test_the_shells_complete_files(app: Project, shell: str, line: str, expected: list[str]) -> None:
    app.write({"my plan": "", "other/deep.plan": "", "only-a-file": ""})
    assert completed(app, shell, f"dlctl {line}") == ["dlctl", *expected]
