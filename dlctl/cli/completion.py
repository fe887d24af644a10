"""`dlctl completion SHELL`."""

from enum import StrEnum
from typing import Annotated

import typer

from dlctl.cli.commands import application
from dlctl.cli.output import data

app = application()


class Shell(StrEnum):
    """Shells that can complete dlctl's words."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.command(epilog="Example: source <(dlctl completion bash)")
def completion(shell: Annotated[Shell, typer.Argument(help="Shell.")]) -> None:
    """Print the completion script of a shell.

    bash: source <(dlctl completion bash), in ~/.bashrc to keep it. zsh: dlctl completion zsh >
    "${fpath[1]}/_dlctl". fish: dlctl completion fish > ~/.config/fish/completions/dlctl.fish.
    """
    from typer._completion_shared import get_completion_script

    script = get_completion_script(prog_name="dlctl", complete_var="_DLCTL_COMPLETE", shell=shell.value)
    data(script + "\n")
