"""Messages name only commands and options that exist.

The test searches the string literals of the package for `dlctl COMMAND …` and for `--option`, and looks up
what it finds in the command tree.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
import typer

import dlctl
from dlctl.cli.arguments.prototype_words import OWN_OPTIONS
from dlctl.cli.commands.table import COMMANDS, load_command
from dlctl.cli.root import app as root

pytestmark = pytest.mark.slow

PACKAGE = Path(dlctl.__file__).parent
VALUE = "VALUE"
"""Replaces the parts of f-strings that are only known at run time."""
COMMAND_LINE = re.compile(r"(?:^|['`(]|[:;,] |\brun |\bfirst )dlctl ([a-zA-Z][^'`;,)|\n]*)", re.MULTILINE)
OPTION = re.compile(r"(?<![\w/-])--[a-z][a-z-]*")
FOREIGN_COMMAND = re.compile(r"\b(?:kubectl|go|pip|ssh-keygen|cosign|sops|string) [^'`;,\n]*")
PARAMETER_OPTIONS = {"--param", "--num-workers"}
"""Options in examples that are parameters of prototypes."""
TAKES_PARAMETERS = {"dlctl generate", "dlctl prototype preview"}


def literals(text: str) -> Iterator[str]:
    """The string literals of a module; of its docstrings only those of commands, which are their help."""
    nodes = list(ast.walk(ast.parse(text)))
    help_texts = {
        id(node.body[0]) for node in nodes if isinstance(node, ast.FunctionDef) and node.decorator_list
    }
    skipped = {id(node.value) for node in nodes if isinstance(node, ast.Expr) and id(node) not in help_texts}
    skipped |= {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else VALUE for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def command_lines(text: str) -> list[list[str]]:
    """The words after `dlctl` of each command line in a text, up to a pipe into another program."""
    return [found.partition(" | ")[0].split() for found in COMMAND_LINE.findall(text)]


@cache
def command_of(verb: str) -> click.Command:
    return load_command(verb)


@cache
def root_options() -> frozenset[str]:
    return options_of(typer.main.get_command(root))


def options_of(command: click.Command) -> frozenset[str]:
    """The spellings of a command's options."""
    declared = (spelling for param in command.params for spelling in (*param.opts, *param.secondary_opts))
    return frozenset((*declared, "-h", "--help"))


def problems(words: list[str]) -> list[str]:
    """What is wrong with a command line."""
    path, rest = "dlctl", words
    command: click.Command | None = None
    while rest and (command is None or isinstance(command, click.Group)):
        name, *rest = rest
        if name == VALUE or name.isupper() or name.startswith("-"):
            return []
        known = COMMANDS if command is None else command.commands
        if name not in known:
            return [f"{path} has no command '{name}'"]
        command = command_of(name) if command is None else command.commands[name]
        path = f"{path} {name}"
    if command is None or path == "dlctl sandbox kubectl":
        return []
    allowed = options_of(command) | root_options()
    if path in TAKES_PARAMETERS:
        allowed |= PARAMETER_OPTIONS | {f"--{name}" for name in OWN_OPTIONS}
    options = [word.strip("[].").partition("=")[0] for word in rest if re.match(r"\[?-{1,2}[a-zA-Z]", word)]
    return [f"{path} has no option '{option}'" for option in options if option not in allowed]


@cache
def all_options() -> frozenset[str]:
    """The options of all commands."""
    found = set(root_options())
    for verb in COMMANDS:
        command = command_of(verb)
        children = command.commands.values() if isinstance(command, click.Group) else (command,)
        for child in children:
            found |= options_of(child)
    return frozenset(found | PARAMETER_OPTIONS | {f"--{name}" for name in OWN_OPTIONS})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if this is the right cluster, run: dlctl env set dev --pin", []),
        ("'dlctl env refresh dev' reads the kinds", ["dlctl env has no command 'refresh'"]),
        ("remove it first: dlctl component rm web --force", ["dlctl component rm has no option '--force'"]),
        ("Examples: dlctl show dev; dlctl shw dev", ["dlctl has no command 'shw'"]),
        ("`dlctl sandbox kubectl VALUE get pods --watch`", []),
        ("to sign: dlctl pkg digest . | ssh-keygen -Y sign -f KEY", []),
        ("to sign: dlctl pkg digest . -Y | ssh-keygen -Y", ["dlctl pkg digest has no option '-Y'"]),
        ("YAML syntax that dlctl cannot edit", []),
    ],
)
def test_a_wrong_command_line_is_found(text: str, expected: list[str]) -> None:
    assert [problem for words in command_lines(text) for problem in problems(words)] == expected


MODULES = sorted(PACKAGE.rglob("*.py"))


def test_command_lines_in_messages_exist() -> None:
    found = {
        (path.relative_to(PACKAGE).as_posix(), problem)
        for path in MODULES
        for text in literals(path.read_text(encoding="utf-8"))
        for words in command_lines(text)
        for problem in problems(words)
    }
    assert found == set()


def test_options_in_messages_exist() -> None:
    found = {
        (path.relative_to(PACKAGE).as_posix(), option)
        for path in MODULES
        for text in literals(path.read_text(encoding="utf-8"))
        if " " in text
        for option in OPTION.findall(FOREIGN_COMMAND.sub("", text))
        if option not in all_options()
    }
    assert found == set()


def test_the_search_covers_the_hints() -> None:
    """If the search broke, it would find nothing and the tests above would pass."""
    texts = [text for path in MODULES for text in literals(path.read_text(encoding="utf-8"))]
    lines = [" ".join(words) for text in texts for words in command_lines(text)]
    assert "env set VALUE --pin" in lines
    assert "sandbox up VALUE" in lines
    assert len(lines) > 100
