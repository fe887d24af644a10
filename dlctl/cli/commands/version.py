"""`dlctl version`."""

import typer

from dlctl import __version__
from dlctl.cli.arguments.options import TableOutput
from dlctl.cli.commands.table import application
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import data
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of

app = application()


@app.command(epilog="Example: dlctl version")
def version(ctx: typer.Context, output: TableOutput = TableFormat.TABLE) -> None:
    """Print the version."""
    if output is TableFormat.JSON:
        write_document(runtime_of(ctx), "Version", version=__version__)
    else:
        data(f"dlctl {__version__}\n")
