"""The table of commands; each is imported only when it is used."""

import importlib
from collections.abc import Mapping
from typing import Any

import click
import typer
from typer.core import TyperGroup

COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("dlctl.cli.commands.init", "Create a new app."),
    "prototype": ("dlctl.cli.commands.prototype.app", "List, search, describe and preview prototypes."),
    "registry": ("dlctl.cli.commands.registry.app", "Add, list, describe, update and remove registries."),
    "pkg": ("dlctl.cli.commands.pkg.app", "Search, install, verify, update and remove packages."),
    "generate": ("dlctl.cli.commands.generate", "Add a component from a prototype."),
    "component": ("dlctl.cli.commands.component", "List, disable, remove, rename and eject components."),
    "param": ("dlctl.cli.commands.param", "Set, unset, list, explain and compare parameters."),
    "env": ("dlctl.cli.commands.env.app", "Add, list, describe, set, update and compare environments."),
    "show": ("dlctl.cli.commands.show", "Print the objects that would be applied, without a cluster."),
    "validate": ("dlctl.cli.commands.validate", "Check the objects against a cluster's schemas, offline."),
    "preflight": ("dlctl.cli.commands.preflight", "List the permissions that an environment needs."),
    "diff": ("dlctl.cli.commands.diff", "Show what would change on a cluster."),
    "apply": ("dlctl.cli.commands.apply", "Apply components to a cluster."),
    "plan": ("dlctl.cli.commands.plan", "Show and sign plans in files."),
    "adopt": ("dlctl.cli.commands.adopt", "Take over existing objects of kubectl, Helm or others."),
    "delete": ("dlctl.cli.commands.delete", "Delete applied objects."),
    "status": ("dlctl.cli.commands.status", "Show the status of applied objects."),
    "job": ("dlctl.cli.commands.job.app", "Submit, list, watch, cancel and compare jobs."),
    "port-forward": ("dlctl.cli.commands.port_forward", "Forward local ports to a pod."),
    "node": ("dlctl.cli.commands.node.app", "Detect hardware; list and label nodes; check what fits."),
    "cluster": (
        "dlctl.cli.commands.cluster.app",
        "List clusters with free GPUs and environments; compare two.",
    ),
    "sandbox": ("dlctl.cli.commands.sandbox", "Run a real control plane on this machine."),
    "cache": ("dlctl.cli.commands.cache", "List and clear the cache."),
    "schema": ("dlctl.cli.commands.schema", "Print the JSON Schemas of dlctl's files, for editors."),
    "doctor": ("dlctl.cli.commands.doctor", "Check what is installed, found and reachable."),
    "completion": ("dlctl.cli.commands.completion", "Print the completion script of a shell."),
    "version": ("dlctl.cli.commands.version", "Print the version."),
}
"""The module of each command, and its summary for `dlctl --help`."""


class LazyGroup(TyperGroup):
    """The top-level command group, which imports a command only when it runs.

    Each module has `app`, a typer application with one command (a verb) or several (a noun).
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A placeholder with the command's name and summary, for help and completion."""
        return click.Command(cmd_name, help=COMMANDS[cmd_name][1]) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Load the command to run. Raises UsageError with a suggestion for an unknown name."""
        if not args or args[0] not in COMMANDS:
            if ctx.resilient_parsing:  # completion of a partial word
                return None, None, args
            from dlctl.cli.commands.other_words import hint_for

            name = args[0] if args else ""
            raise click.UsageError(f"No such command '{name}'; {hint_for(name, COMMANDS)}", ctx)
        return args[0], load_command(args[0]), args[1:]


def load_command(name: str) -> click.Command:
    """Import a command's module and create its command."""
    command = typer.main.get_command(importlib.import_module(COMMANDS[name][0]).app)
    command.name = name
    _examples_as_lines(command)
    return command


def _examples_as_lines(command: click.Command) -> None:
    """Format the epilog `Examples: dlctl a; dlctl b` as a heading and one line per example."""
    for child in command.commands.values() if isinstance(command, click.Group) else ():
        _examples_as_lines(child)
    title, colon, examples = (command.epilog or "").partition(": ")
    if colon:
        lines = [f"  {example}" for example in examples.split("; ")]
        command.epilog = "\n".join(["\b", f"{title}:", *lines])


class NounGroup(TyperGroup):
    """The commands of a noun, such as `env add` and `env rm`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command to run. Raises UsageError with a suggestion for an unknown name."""
        if args and args[0] not in self.commands and not ctx.resilient_parsing:
            from dlctl.cli.commands.other_words import hint_below

            hint = hint_below(ctx.command_path, args[0], self.commands)
            raise click.UsageError(f"No such command '{args[0]}'; {hint}", ctx)
        return super().resolve_command(ctx, args)


def application(**settings: Any) -> typer.Typer:
    """Create the typer application of a command module."""
    return typer.Typer(
        cls=NounGroup,
        add_completion=False,
        rich_markup_mode=None,  # plain help, without importing rich
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **settings,
    )
