"""`dlctl completion SHELL`, and the answers to the questions that its script asks.

Both are click's own completion (click.shell_completion), mended in `shells`: the script calls
`dlctl` again with `_DLCTL_COMPLETE=<shell>_complete` and the words typed so far in its environment
variables.
"""

import contextlib
import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import click
import typer
from click.shell_completion import ShellComplete

from dlctl.cli.commands import application
from dlctl.cli.output import data
from dlctl.cli.shells import Bash, Fish, Zsh
from dlctl.errors import DlctlError

app = application()
VARIABLE = "_DLCTL_COMPLETE"


class Shell(StrEnum):
    """Shells that can complete dlctl's words."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


COMPLETERS: Mapping[Shell, type[ShellComplete]] = {Shell.BASH: Bash, Shell.ZSH: Zsh, Shell.FISH: Fish}


@app.command(epilog="Example: dlctl completion bash")
def completion(shell: Annotated[Shell, typer.Argument(help="Shell.")]) -> None:
    """Print the completion script of a shell.

    bash: put `source <(dlctl completion bash)` into ~/.bashrc.

    zsh: dlctl completion zsh > "${fpath[1]}/_dlctl"

    fish: dlctl completion fish > ~/.config/fish/completions/dlctl.fish
    """
    data(script(shell))


def script(shell: Shell) -> str:
    """The script that makes a shell ask dlctl."""
    # ShellComplete's own `source`: bash's would start bash to look at its version.
    text = ShellComplete.source(COMPLETERS[shell](click.Command("dlctl"), {}, "dlctl", VARIABLE))
    return text.strip("\n") + "\n"


def answer(command: click.Command, instruction: str) -> int:
    """Print the suggestions that a script asks for; the exit code.

    Completion must neither fail nor talk: whatever goes wrong gives no suggestions.
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
