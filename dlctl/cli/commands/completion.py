"""`dlctl completion SHELL`.

Completion is that of click (click.shell_completion), adapted in `shells`: the script calls `dlctl` with
`_DLCTL_COMPLETE=<shell>_complete` and the words typed so far in environment variables.
"""

from typing import Annotated

import typer

from dlctl.cli.commands.table import application
from dlctl.cli.completion.scripts import Shell, script
from dlctl.cli.output.streams import data

app = application()


@app.command(epilog="Example: dlctl completion bash")
def completion(shell: Annotated[Shell, typer.Argument(help="Shell.")]) -> None:
    """Print the completion script of a shell.

    bash: add `source <(dlctl completion bash)` to ~/.bashrc.

    zsh: dlctl completion zsh > "${fpath[1]}/_dlctl"

    fish: dlctl completion fish > ~/.config/fish/completions/dlctl.fish
    """
    data(script(shell))
