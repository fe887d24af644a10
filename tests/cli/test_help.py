"""`--help` of every command: it is there, it has an example, and every example that needs no cluster runs."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from dlctl.cli.commands.table import COMMANDS, load_command
from tests.conftest import REPOSITORY
from tests.packages.registries import package, registry
from tests.project import Project

pytestmark = pytest.mark.slow

CLUSTER = {
    "plan",
    "port-forward",
    "preflight",
    "adopt",
    "apply",
    "diff",
    "delete",
    "status",
    "job",
    "node",
    "cluster",
} | {"sandbox"}
"""Commands whose examples need a cluster; the tests of those layers run them where there is one."""


def paths(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from paths(child, (*path, name))


EVERY = [path for name in COMMANDS for path in paths(load_command(name), (name,))]


def examples(text: str) -> list[str]:
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.strip() in ("Example:", "Examples:"))
    return [line.strip() for line in lines[start + 1 :] if line.strip().startswith("dlctl")]


@pytest.fixture
def sample(project: Project) -> Project:
    """The repository's own sample app, with a kubeconfig that has its contexts."""
    shutil.copy(REPOSITORY / "dlctl.yaml", project.root)
    shutil.copytree(REPOSITORY / "environments", project.root / "environments")
    contexts = ", ".join(
        f"{{name: {name}, context: {{cluster: c, user: u}}}}" for name in ("minikube", "gke")
    )
    Path(project.environ["KUBECONFIG"]).write_text(
        f"apiVersion: v1\nkind: Config\ncurrent-context: minikube\ncontexts: [{contexts}]\n"
        'clusters: [{name: c, cluster: {server: "http://127.0.0.1:9"}}]\nusers: [{name: u, user: {}}]\n'
    )
    registry(
        project.root.parent / "packages", package("hello"), package("hello", "0.1.0", folder="hello@0.1.0")
    )
    return project


def test_every_summary_in_a_list_of_commands_fits(project: Project) -> None:
    groups = [path for path in EVERY if any(each[:-1] == path for each in EVERY)]
    assert len(groups) > 10
    for group in ((), *groups):
        _, _, commands = project.run(*group, "--help").ok().out.partition("\nCommands:\n")
        listed = commands.partition("\n\n")[0]
        assert "..." not in listed, listed


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_help_has_usage_and_an_example(project: Project, path: tuple[str, ...]) -> None:
    outcome = project.run(*path, "--help").ok()
    assert outcome.out.startswith("Usage: dlctl ")
    assert outcome.err == ""
    found = examples(outcome.out)
    assert found
    assert all(line.startswith("dlctl " + " ".join(path)) for line in found)


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_help_of_an_option_names_only_options_that_the_command_has(path: tuple[str, ...]) -> None:
    command = load_command(path[0])
    for name in path[1:]:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    options = [each for each in command.params if isinstance(each, click.Option)]
    known = {"--help", *(flag for each in options for flag in (*each.opts, *each.secondary_opts))}
    for each in options:
        named = re.findall(r"(?<![\w-])(with|without|by) (--[a-z-]+)", each.help or "", re.IGNORECASE)
        assert {flag for _, flag in named} <= known, each.opts


OWN_HELP = {"generate", "preview"}
"""Commands that write their own help, since their options are a prototype's parameters."""


@pytest.mark.parametrize("path", [path for path in EVERY if path[-1] not in OWN_HELP], ids=" ".join)
def test_help_describes_every_argument_and_option(path: tuple[str, ...]) -> None:
    """Not only that a text is declared: it must reach the page."""
    command = load_command(path[0])
    for name in path[1:]:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    with click.Context(command, info_name=path[-1]) as context:
        records = [param.get_help_record(context) for param in command.params]
    for record in filter(None, records):
        assert record[1].partition("[")[0].strip(), record


@pytest.mark.parametrize("path", [path for path in EVERY if path[0] not in CLUSTER], ids=" ".join)
def test_examples_run_in_the_sample_app(sample: Project, path: tuple[str, ...]) -> None:
    if path[0] != "cache":  # whose examples empty it
        sample.share_stored_prototypes()
    for line in examples(sample.run(*path, "--help").ok().out):
        if "--pin" in line or "env update" in line:
            continue  # asks the cluster
        prepared = _prepared(sample, line)
        outcome = prepared.run(*shlex.split(line)[1:], cwd="new" if path == ("init",) else ".")
        assert outcome.code == 0 or " diff " in line, f"{line}\n{outcome.err}"
        assert outcome.code in (0, 1)
        assert not outcome.err.startswith("Error")


def _prepared(sample: Project, line: str) -> Project:
    """What an example takes for granted: the name that it adds is free, the value that it removes is set."""
    if line.startswith("dlctl init"):
        elsewhere = sample.root / "new"
        elsewhere.mkdir(exist_ok=True)
        shutil.rmtree(elsewhere / "my-kubeflow", ignore_errors=True)
        (sample.root / "dlctl.yaml").unlink(missing_ok=True)
    elif line.startswith("dlctl generate"):
        sample.run("component", "rm", "cnn", "--yes")
    elif line.startswith("dlctl env add"):
        sample.run("env", "rm", shlex.split(line)[3], "--yes")
    elif line.startswith(("dlctl registry", "dlctl pkg")):
        sample.run("pkg", "rm", "ours/hello", "--yes")
        sample.run("registry", "rm", "ours", "--yes")
        if not line.startswith("dlctl registry add"):
            sample.run("registry", "add", "ours", "../packages").ok()
        if line.startswith("dlctl pkg") and line != "dlctl pkg install ours/hello":
            sample.run("pkg", "install", "ours/hello").ok()
    return sample


def test_top_level_help_lists_every_command_with_its_own_summary(project: Project) -> None:
    text = project.run("--help").ok().out
    for name, (_, summary) in COMMANDS.items():
        assert f"{name} " in text
        assert summary in text


@pytest.mark.parametrize("columns", ["20", "40", "80", "200"])
def test_help_fits_the_terminal(app: Project, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for words in (("param", "set", "--help"), ("generate", "page", "--help"), ("--help",)):
        app.run(*words).ok()


def test_help_wraps_at_narrow_widths(app: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, app.run("generate", "page", "--help").ok().out.splitlines())) <= 60
