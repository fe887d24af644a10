"""Completion scripts, and the suggestions that they request."""

import contextlib
import os
from collections.abc import Mapping
from enum import StrEnum

import click
from click.shell_completion import ShellComplete

from dlctl.cli.completion.shells import Bash, Fish, Zsh
from dlctl.cli.output.streams import data
from dlctl.errors import DlctlError

VARIABLE = "_DLCTL_COMPLETE"


class Shell(StrEnum):
    """Shells with completion for dlctl."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


COMPLETERS: Mapping[Shell, type[ShellComplete]] = {Shell.BASH: Bash, Shell.ZSH: Zsh, Shell.FISH: Fish}


def script(shell: Shell) -> str:
    """The completion script of a shell."""
    # ShellComplete.source, because that of BashComplete would start bash to check its version.
    text = ShellComplete.source(COMPLETERS[shell](click.Command("dlctl"), {}, "dlctl", VARIABLE))
    return text.strip("\n") + "\n"


def answer(command: click.Command, instruction: str) -> int:
    """Print the suggestions for a completion script, and return the exit code.

    Completion must never fail or print messages: on any error there are no suggestions.
    """
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):  # noqa: PTH123
        try:
            shell, _, question = instruction.partition("_")
            if question != "complete":
                return 1
            data(COMPLETERS[Shell(shell)](command, {}, "dlctl", VARIABLE).complete() + "\n")
        except (DlctlError, click.ClickException, OSError, LookupError, ValueError):
            return 1
    return 0
