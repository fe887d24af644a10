"""`dlctl version`."""

from dlctl import __version__
from dlctl.cli.arguments.options import TableOutput
from dlctl.cli.commands.table import application
from dlctl.cli.output.json_document import document
from dlctl.cli.output.streams import data
from dlctl.cli.output.table import TableFormat

app = application()


@app.command(epilog="Example: dlctl version")
def version(output: TableOutput = TableFormat.TABLE) -> None:
    """Print the version."""
    if output is TableFormat.JSON:
        document("Version", version=__version__)
    else:
        data(f"dlctl {__version__}\n")
