"""The table of commands, each loaded from its own module only when it is used."""

import importlib
from collections.abc import Mapping
from typing import Any

import click
import typer
from typer.core import TyperGroup

COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("dlctl.cli.commands.init", "Make a new app."),
    "prototype": ("dlctl.cli.commands.prototype", "Look through the catalogue of prototypes."),
    "generate": ("dlctl.cli.commands.generate", "Add a component made from a prototype."),
    "component": ("dlctl.cli.commands.component", "List, remove and eject components."),
    "param": ("dlctl.cli.commands.param", "Set, unset, list, explain and compare parameters."),
    "env": ("dlctl.cli.commands.env", "Add, list, describe, change and compare environments."),
    "show": ("dlctl.cli.commands.show", "Print what would be applied, without any cluster."),
    "diff": ("dlctl.cli.commands.diff", "Show what would change on a cluster."),
    "apply": ("dlctl.cli.commands.apply", "Apply components to a cluster."),
    "delete": ("dlctl.cli.commands.delete", "Delete what was applied."),
    "status": ("dlctl.cli.commands.status", "Show how applied objects are doing."),
    "node": ("dlctl.cli.commands.node", "Look at nodes: their accelerators and networks, what is free."),
    "cluster": (
        "dlctl.cli.commands.cluster",
        "Look at clusters: what they have, which environments use them.",
    ),
    "sandbox": ("dlctl.cli.commands.sandbox", "Run a real control plane on this machine."),
    "completion": ("dlctl.cli.commands.completion", "Print the completion script of a shell."),
    "version": ("dlctl.cli.commands.version", "Print the version."),
}
"""Name to the module that defines it and the line that `dlctl --help` shows."""


class LazyGroup(TyperGroup):
    """The top-level command group: it knows the names, and imports a command when it is asked for.

    Each module has `app`, a typer application with one command (a verb) or several (a noun).
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A stand-in with the command's name and summary, which is all that help and completion list."""
        return click.Command(cmd_name, help=COMMANDS[cmd_name][1]) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Load the command that is about to run, or say which name is nearest."""
        from dlctl.suggest import did_you_mean

        if not args or args[0] not in COMMANDS:
            if ctx.resilient_parsing:  # completion of half a word
                return None, None, args
            name = args[0] if args else ""
            hint = did_you_mean(name, COMMANDS, "'dlctl --help' lists the commands")
            raise click.UsageError(f"No such command '{name}'; {hint}", ctx)
        return args[0], load_command(args[0]), args[1:]


def load_command(name: str) -> click.Command:
    """Import a command's module and make its command."""
    command = typer.main.get_command(importlib.import_module(COMMANDS[name][0]).app)
    command.name = name
    _examples_as_lines(command)
    return command


def _examples_as_lines(command: click.Command) -> None:
    """`Examples: dlctl a; dlctl b` as a heading and one line for each, which are not wrapped."""
    for child in command.commands.values() if isinstance(command, click.Group) else ():
        _examples_as_lines(child)
    title, colon, examples = (command.epilog or "").partition(": ")
    if colon:
        lines = [f"  {example}" for example in examples.split("; ")]
        command.epilog = "\n".join(["\b", f"{title}:", *lines])


def application(**settings: Any) -> typer.Typer:
    """A typer application as every command module makes one."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,  # plain help: it wraps as it should, and rich is not imported for it
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **settings,
    )
