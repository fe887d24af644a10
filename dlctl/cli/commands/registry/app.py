"""`dlctl registry`: add, list, describe, update, rm."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import TableOutput, Yes
from dlctl.cli.commands.registry.sources import Timeout
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of

app = application(
    no_args_is_help=True,
    help="Add, list, describe, update and remove registries of packages.",
    epilog="Examples: dlctl registry list; dlctl registry add ours ../packages",
)

RegistryName = Annotated[
    str, typer.Argument(metavar="NAME", help="Registry.", autocompletion=complete.registries)
]


@app.command(
    "add",
    short_help="Add a registry: a directory, git or OCI repository.",
    epilog="Example: dlctl registry add ours ../packages",
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the registry in this app.")],
    location: Annotated[
        str,
        typer.Argument(
            metavar="LOCATION",
            help="A directory, a git repository (https://…, ssh://…, git@HOST:PATH, file://… or "
            "github.com/OWNER/REPO/tree/REF/PATH), or oci://HOST/REPOSITORY[:TAG|@DIGEST].",
            click_type=complete.FOLDER,
        ),
    ],
    ref: Annotated[
        str,
        typer.Option("--ref", metavar="REF", help="Branch, tag or commit (default: the default branch)."),
    ] = "",
    path: Annotated[
        str, typer.Option("--path", metavar="PATH", help="Folder of the registry in its repository.")
    ] = "",
    storage: Annotated[
        str,
        typer.Option(
            "--storage",
            metavar="HOST",
            help="Additional host that an OCI registry may redirect downloads to.",
        ),
    ] = "",
    timeout: Timeout = 0,
) -> None:
    """Add a registry of packages: a directory, a git repository or an OCI repository."""
    from dlctl.cli.commands.registry.edit import NewRegistry, add_registry

    add_registry(runtime_of(ctx), NewRegistry(name, location, ref, path, storage), timeout)


@app.command("list", epilog="Example: dlctl registry list -o json")
def list_registries(ctx: typer.Context, output: TableOutput = TableFormat.TABLE) -> None:
    """List the app's registries, and the built-in one."""
    from dlctl.cli.output.views.registries import print_registries

    print_registries(runtime_of(ctx), output)


@app.command("describe", epilog="Example: dlctl registry describe ours")
def describe(
    ctx: typer.Context, name: RegistryName, output: TableOutput = TableFormat.TABLE, timeout: Timeout = 0
) -> None:
    """Show where a registry is, and the packages that it offers."""
    from dlctl.cli.commands.registry.read import describe_registry

    describe_registry(runtime_of(ctx), name, output, timeout)


@app.command(
    "update",
    short_help="Look for newer commits or digests of registries.",
    epilog="Examples: dlctl registry update; dlctl registry update ours",
)
def update(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...", help="Registries (default: all).", autocompletion=complete.registries
        ),
    ] = None,
    timeout: Timeout = 0,
) -> None:
    """Use the newest commit or digest of registries; installed packages stay as they are."""
    from dlctl.cli.commands.registry.edit import update_registries

    update_registries(runtime_of(ctx), names or (), timeout)


@app.command("rm", epilog="Example: dlctl registry rm ours --yes")
def remove(ctx: typer.Context, name: RegistryName, yes: Yes = False) -> None:
    """Remove a registry of which no package is installed."""
    from dlctl.cli.commands.registry.edit import remove_registry

    remove_registry(runtime_of(ctx), name, yes=yes)
