"""`dlctl node`: list."""

from dlctl.cli.commands.node_list import EXAMPLES, list_command
from dlctl.cli.commands.table import application

app = application(
    no_args_is_help=True,
    help="Look at nodes: their accelerators, their networks, what is free.",
    epilog="Examples: dlctl node list gke; dlctl node list --all-contexts --gpu H100 --free 8",
)


@app.callback()
def node() -> None:
    """Look at nodes: their accelerators, their networks, what is free."""


app.command("list", epilog=EXAMPLES)(list_command)
