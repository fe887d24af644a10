"""`dlctl cache`: list, clear."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import TableOutput
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of
from dlctl.errors import FileError, Location, UsageError
from dlctl.suggest import did_you_mean
from dlctl.text import shown_name, shown_size

app = application(
    no_args_is_help=True,
    help="List and clear the cache.",
    epilog="Examples: dlctl cache list; dlctl cache clear",
)


@app.command("list", epilog="Example: dlctl cache list -o json")
def list_parts(ctx: typer.Context, output: TableOutput = TableFormat.TABLE) -> None:
    """List the parts of the cache, with their sizes."""
    from dlctl.cli.output.views.cache import print_cache
    from dlctl.files.cache import cache_parts

    runtime = runtime_of(ctx)
    print_cache(runtime, cache_parts(runtime.cache_folder), output)


@app.command(
    "clear",
    short_help="Delete parts of the cache.",
    epilog="Examples: dlctl cache clear; dlctl cache clear renderings templates",
)
def clear_parts(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help="Parts of the cache (default: all but the programs of sandboxes).",
            autocompletion=complete.cache_parts,
        ),
    ] = None,
) -> None:
    """Delete parts of the cache; they are created again when they are needed."""
    from dlctl.cli.output.streams import log
    from dlctl.files.cache import cache_parts, clear

    parts = {part.name: part for part in cache_parts(runtime_of(ctx).cache_folder)}
    for name in names or ():
        if name not in parts:
            hint = did_you_mean(name, parts, "'dlctl cache list' lists the parts")
            raise UsageError(f"cache has no part {shown_name(name)}", hint=hint)
    chosen = (
        [parts[name] for name in names] if names else [part for part in parts.values() if not part.programs]
    )
    for part in chosen:
        try:
            clear(part)
        except OSError as error:
            raise FileError(
                f"cannot be deleted: {error.strerror}", location=Location(str(part.path))
            ) from error
        log(f"{part.name}: {shown_size(part.size)} deleted")
