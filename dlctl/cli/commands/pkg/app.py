"""`dlctl pkg`: search, list, describe, install, update, rm, restore, verify, digest, new, test, push."""

from typing import Annotated, Any

import typer

from dlctl.cli.arguments.options import TableOutput, Yes
from dlctl.cli.commands.registry.sources import Timeout
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of
from dlctl.errors import UsageError

app = application(
    no_args_is_help=True,
    help="Search, install, verify, update, remove and publish packages.",
    epilog="Examples: dlctl pkg search; dlctl pkg install ours/hello; dlctl pkg verify",
)

Shadow = Annotated[
    bool,
    typer.Option("--shadow", help="Its prototypes take precedence over built-in ones of the same name."),
]
Accept = Annotated[
    bool, typer.Option("--accept", help="Proceed even if components break, or no longer render anything.")
]
PackageName = Annotated[
    str,
    typer.Argument(metavar="REGISTRY/PACKAGE", help="Package.", autocompletion=complete.packages),
]
InstalledNames = Annotated[
    list[str],
    typer.Argument(
        metavar="REGISTRY/PACKAGE...", help="Installed packages.", autocompletion=complete.packages
    ),
]


@app.command(
    "search",
    short_help="List the packages of all registries.",
    epilog="Examples: dlctl pkg search; dlctl pkg search serving -o json",
)
def search(
    ctx: typer.Context,
    text: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="Text in the name or summary (default: all packages).")
    ] = "",
    output: TableOutput = TableFormat.TABLE,
    timeout: Timeout = 0,
) -> None:
    """List the packages of all registries, with the versions that they offer."""
    from dlctl.cli.commands.pkg.read import search_packages

    search_packages(runtime_of(ctx), text, output, timeout)


@app.command("list", epilog="Example: dlctl pkg list -o json")
def list_packages(ctx: typer.Context, output: TableOutput = TableFormat.TABLE) -> None:
    """List the installed packages."""
    from dlctl.cli.output.views.packages import print_packages

    print_packages(runtime_of(ctx), output)


@app.command(
    "describe",
    short_help="Show a package's version, dependencies and prototypes.",
    epilog="Example: dlctl pkg describe ours/hello",
)
def describe(
    ctx: typer.Context, name: PackageName, output: TableOutput = TableFormat.TABLE, timeout: Timeout = 0
) -> None:
    """Show a package's version, dependencies and prototypes; one that is not installed is fetched."""
    from dlctl.cli.commands.pkg.read import describe_package

    describe_package(runtime_of(ctx), name, output, timeout)


@app.command(
    "install",
    short_help="Copy packages into vendor/ and pin their digests.",
    epilog="Examples: dlctl pkg install ours/hello; dlctl pkg install ours/hello@0.1.0 --env gke",
)
def install(
    ctx: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="REGISTRY/PACKAGE[@VERSION]...", help="Packages; after @ a version, commit or digest."
        ),
    ],
    shadow: Shadow = False,
    env: Annotated[
        str,
        typer.Option(
            "--env",
            "-e",
            metavar="ENV",
            help="Use this version only in this environment.",
            autocompletion=complete.environments,
        ),
    ] = "",
    accept: Accept = False,
    timeout: Timeout = 0,
) -> None:
    """Copy packages into vendor/ and pin their versions and digests in dlctl.yaml. Nothing of them is run.

    If another version is installed, first shows what changes for the app's components.
    """
    from dlctl.cli.commands.pkg.install import install_in_environment, install_packages

    if env and shadow:
        raise UsageError(
            "--shadow is not for one environment",
            hint="a name means the same prototype everywhere: first install with --shadow, without --env",
        )
    if env:
        install_in_environment(runtime_of(ctx), names, env, accept=accept, timeout=timeout)
    else:
        install_packages(runtime_of(ctx), names, shadow=shadow, accept=accept, timeout=timeout)


@app.command(
    "update",
    short_help="Install newer versions, after showing the changes.",
    epilog="Examples: dlctl pkg update --dry-run; dlctl pkg update ours/hello",
)
def update(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[REGISTRY/PACKAGE[@VERSION]]...",
            help="Installed packages (default: all).",
            autocompletion=complete.packages,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    accept: Accept = False,
    output: TableOutput = TableFormat.TABLE,
    timeout: Timeout = 0,
) -> None:
    """Install newer versions, after showing the changed parameters and the diff of the rendered objects.

    An update that breaks a component is refused, unless it is accepted.
    """
    from dlctl.cli.commands.pkg.install import Answer, update_packages

    update_packages(runtime_of(ctx), names or (), Answer(accept, dry_run, output), timeout)


@app.command(
    "rm",
    short_help="Remove packages that no component uses.",
    epilog="Example: dlctl pkg rm ours/hello --yes",
)
def remove(
    ctx: typer.Context,
    names: InstalledNames,
    env: Annotated[
        str,
        typer.Option(
            "--env",
            "-e",
            metavar="ENV",
            help="Only stop using another version in this environment.",
            autocompletion=complete.environments,
        ),
    ] = "",
    yes: Yes = False,
) -> None:
    """Remove packages that no component uses, with dependencies that are no longer needed."""
    from dlctl.cli.commands.pkg.remove import remove_from_environment, remove_packages

    if env:
        remove_from_environment(runtime_of(ctx), names, env)
    else:
        remove_packages(runtime_of(ctx), names, yes=yes)


@app.command(
    "restore", short_help="Fetch what is missing or differs in vendor/.", epilog="Example: dlctl pkg restore"
)
def restore(ctx: typer.Context, timeout: Timeout = 0) -> None:
    """Fetch what is missing or differs in vendor/, with exactly the content that dlctl.yaml pins."""
    from dlctl.cli.commands.pkg.restore import restore_packages

    restore_packages(runtime_of(ctx), timeout)


@app.command(
    "verify",
    short_help="Compare installed packages with their pinned digests.",
    epilog="Example: dlctl pkg verify",
)
def verify(ctx: typer.Context, output: TableOutput = TableFormat.TABLE) -> None:
    """Compare every file of the installed packages with the digests in dlctl.yaml; check signatures."""
    from dlctl.cli.commands.pkg.verify import verify_packages

    verify_packages(runtime_of(ctx), output)


def _folder(metavar: str, help_: str) -> Any:
    return typer.Argument(metavar=metavar, help=help_, click_type=complete.FOLDER)


@app.command(
    "digest",
    short_help="Print a package's name, version and digest.",
    epilog="Examples: dlctl pkg digest ../packages/hello; dlctl pkg digest ../packages/hello -o json",
)
def digest(
    ctx: typer.Context,
    path: Annotated[str, _folder("PATH", "Folder of the package in its registry.")],
    output: TableOutput = TableFormat.TABLE,
) -> None:
    """Print a package's name, version and digest in one line: the text that its publisher signs.

    To sign: dlctl pkg digest PATH | ssh-keygen -Y sign -n package@dlctl.dev -f KEY > PATH.sig
    """
    from dlctl.cli.commands.pkg.author import print_digest

    print_digest(runtime_of(ctx), path, output)


@app.command(
    "new",
    short_help="Create a package with one prototype and an example.",
    epilog="Example: dlctl pkg new packages/greeter",
)
def new(
    ctx: typer.Context,
    path: Annotated[str, _folder("PATH", "Folder of the package; its name is the package's.")],
) -> None:
    """Create a package with one prototype and an example, which passes 'dlctl pkg test'."""
    from dlctl.cli.commands.pkg.author import new_package

    new_package(runtime_of(ctx), path)


@app.command(
    "test",
    short_help="Render a package's examples and compare the results.",
    epilog="Example: dlctl pkg test ../packages/hello",
)
def run_examples(
    ctx: typer.Context,
    paths: Annotated[list[str], _folder("PATH...", "Folders of packages.")],
    update: Annotated[
        bool, typer.Option("--update", help="Overwrite golden files that differ; then the exit code is 1.")
    ] = False,
    junit: Annotated[
        str,
        typer.Option(metavar="FILE", help="Also write the results as JUnit XML.", click_type=complete.FILE),
    ] = "",
    output: TableOutput = TableFormat.TABLE,
) -> None:
    """Render every example of a package, and compare with its golden file; checks schemas and rules."""
    from dlctl.cli.commands.pkg.author import run_packages

    run_packages(runtime_of(ctx), paths, update=update, junit=junit, output=output)


@app.command(
    "push",
    short_help="Store a package in a registry.",
    epilog="Example: dlctl pkg push ../packages/hello ours --dry-run",
)
def push(
    ctx: typer.Context,
    path: Annotated[str, _folder("PACKAGE_DIR", "Folder of the package.")],
    where: Annotated[
        str,
        typer.Argument(
            metavar="REGISTRY",
            help="A registry of the app, a directory, or oci://HOST/REPOSITORY[:TAG].",
            click_type=complete.REGISTRY_OR_FOLDER,
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be pushed.")] = False,
    output: TableOutput = TableFormat.TABLE,
    timeout: Timeout = 0,
) -> None:
    """Store a package in a registry, which is created if it does not exist.

    The same content gets the same digest everywhere. A version that already exists with different content is
    refused.
    """
    from dlctl.cli.commands.pkg.push import push_package

    push_package(runtime_of(ctx), path, where, dry_run=dry_run, output=output, timeout=timeout)
