"""`dlctl version`."""

from dlctl import __version__
from dlctl.cli.commands import application
from dlctl.cli.options import TableOutput
from dlctl.cli.output import TableFormat, data, document

app = application()


@app.command(epilog="Example: dlctl version")
def version(output: TableOutput = TableFormat.TABLE) -> None:
    """Print the version."""
    if output is TableFormat.JSON:
        document("Version", version=__version__)
    else:
        data(f"dlctl {__version__}\n")
