"""`dlctl preflight ENV`."""

from enum import StrEnum
from typing import Annotated

import typer

from dlctl.cli.arguments.options import Context, EnvironmentName, KubeconfigFile, RequestTimeout
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.runtime import runtime_of
from dlctl.cli.session import open_session

app = application()


class PreflightFormat(StrEnum):
    """The output formats of a preflight; YAML is that of the roles."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


@app.command(
    epilog="Examples: dlctl preflight gke; dlctl preflight gke -o yaml",
)
def preflight(
    ctx: typer.Context,
    environment: EnvironmentName,
    output: Annotated[
        PreflightFormat,
        typer.Option("-o", "--output", help="Output format; yaml is a minimal Role and ClusterRole."),
    ] = PreflightFormat.TABLE,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """List the permissions that plan, apply, prune, wait and delete need, and whether you have them.

    Also says which quota an apply would exceed, and which webhooks refuse dry runs. Exit code 1 means that
    permissions are missing. -o yaml prints a minimal Role and ClusterRole, whether you have them or not, and
    first of all a namespace that does not exist. What you may not read is left out, with a note.
    """
    from dlctl.cli.output.views.preflight import print_preflight
    from dlctl.workflow.preflight import preflight as check

    runtime = runtime_of(ctx)
    progress = LiveProgress(quiet=output is not PreflightFormat.TABLE)
    with progress:
        session = open_session(runtime, ClusterFlags(kubeconfig, context, request_timeout), progress)
        found = check(session, environment)
    print_preflight(runtime, found, output.value)
    if found.missing and output is not PreflightFormat.YAML:
        raise typer.Exit(1)
