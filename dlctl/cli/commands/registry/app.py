"""`dlctl registry`: add, list."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import TableOutput
from dlctl.cli.commands.registry.sources import Timeout
from dlctl.cli.commands.table import application
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of

app = application(
    no_args_is_help=True,
    help="Add, list, describe, update and remove registries of packages.",
    epilog="Examples: dlctl registry list; dlctl registry add ours ../packages",
)


@app.command(
    "add",
    epilog="Examples: dlctl registry add ours ../packages",
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the registry in this app.")],
    location: Annotated[
        str,
        typer.Argument(
            metavar="LOCATION",
            help="A directory, or a git repository: https://…, ssh://…, git@HOST:PATH, file://…, or "
            "github.com/OWNER/REPO/tree/REF/PATH.",
        ),
    ],
    ref: Annotated[
        str,
        typer.Option("--ref", metavar="REF", help="Branch, tag or commit (default: the default branch)."),
    ] = "",
    path: Annotated[
        str, typer.Option("--path", metavar="PATH", help="Folder of the registry in its repository.")
    ] = "",
    timeout: Timeout = 0,
) -> None:
    """Add a registry: a directory or git repository with a registry.yaml and a folder for each package."""
    from dlctl.cli.commands.registry.edit import add_registry

    add_registry(runtime_of(ctx), name, location, ref, path, timeout)


@app.command("list", epilog="Example: dlctl registry list -o json")
def list_registries(ctx: typer.Context, output: TableOutput = TableFormat.TABLE) -> None:
    """List the app's registries, and the built-in one."""
    from dlctl.cli.output.views.registries import print_registries

    print_registries(runtime_of(ctx), output)
