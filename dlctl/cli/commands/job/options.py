"""Options of several commands on jobs, each defined once."""

from typing import Annotated

import typer

All = Annotated[bool, typer.Option("--all", help="All environments of the app that have a cluster.")]
