"""Options of several commands on jobs, each defined once."""

from typing import Annotated

import typer

from dlctl.cli.output.tables.table import TableFormat
from dlctl.errors import UsageError

Watch = Annotated[bool, typer.Option("-w", "--watch", help="Watch for changes until Ctrl-C.")]
WatchJob = Annotated[
    bool, typer.Option("-w", "--watch", help="Watch for changes until the job has finished.")
]


def refuse_json(output: TableFormat) -> None:
    """Raise UsageError for a view that goes on and is to be one JSON document."""
    if output is TableFormat.JSON:
        raise UsageError(
            "--watch cannot write one JSON document",
            hint="'dlctl job wait NAME -o json' writes one at the end",
        )
