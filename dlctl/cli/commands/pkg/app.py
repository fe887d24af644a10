"""`dlctl pkg`: install, list, verify."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import TableOutput
from dlctl.cli.commands.registry.sources import Timeout
from dlctl.cli.commands.table import application
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of

app = application(
    no_args_is_help=True,
    help="Search, install, verify, update and remove packages.",
    epilog="Examples: dlctl pkg list; dlctl pkg verify",
)

Shadow = Annotated[
    bool,
    typer.Option("--shadow", help="Its prototypes take precedence over built-in ones of the same name."),
]


@app.command("install", epilog="Example: dlctl pkg install --help")
def install(
    ctx: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="REGISTRY/PACKAGE[@VERSION]...", help="Packages; after @ a version, commit or digest."
        ),
    ],
    shadow: Shadow = False,
    timeout: Timeout = 0,
) -> None:
    """Copy packages into vendor/ and pin their versions and digests in dlctl.yaml. Nothing of them is run."""
    from dlctl.cli.commands.pkg.install import install_packages

    install_packages(runtime_of(ctx), names, shadow=shadow, timeout=timeout)


@app.command("list", epilog="Example: dlctl pkg list -o json")
def list_packages(ctx: typer.Context, output: TableOutput = TableFormat.TABLE) -> None:
    """List the installed packages."""
    from dlctl.cli.output.views.packages import print_packages

    print_packages(runtime_of(ctx), output)


@app.command("verify", epilog="Example: dlctl pkg verify")
def verify(ctx: typer.Context) -> None:
    """Read every file of the installed packages, and compare with the digests in dlctl.yaml."""
    from dlctl.cli.commands.pkg.verify import verify_packages

    verify_packages(runtime_of(ctx))
