"""Options of several commands on jobs, each defined once."""

from typing import Annotated

import typer

All = Annotated[bool, typer.Option("--all", help="All environments of the app that have a cluster.")]
Unmanaged = Annotated[
    bool,
    typer.Option("--unmanaged", help="Also jobs in the same namespaces that are not of the app."),
]
JobName = Annotated[str, typer.Argument(metavar="[KIND/]NAME", help="Job: its name, such as cnn, or tf/cnn.")]
