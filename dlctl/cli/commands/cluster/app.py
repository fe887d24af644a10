"""`dlctl cluster`: list."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import IgnoreUnreachable, KubeconfigFile, RequestTimeout
from dlctl.cli.commands.table import application
from dlctl.cli.output.views.cluster_format import ClusterFormat
from dlctl.cli.runtime import runtime_of

app = application(
    no_args_is_help=True,
    help="Look at clusters: which answer, what they have, which environments use them.",
    epilog="Examples: dlctl cluster list; dlctl cluster list --all -o wide",
)


@app.callback()
def cluster() -> None:
    """Look at clusters: which answer, what they have, which environments use them."""


@app.command("list", epilog="Examples: dlctl cluster list; dlctl cluster list --all -o wide")
def list_command(
    ctx: typer.Context,
    all_: Annotated[
        bool,
        typer.Option("--all", help="Every context of the kubeconfig, also those that no environment uses."),
    ] = False,
    output: Annotated[
        ClusterFormat, typer.Option("-o", "--output", help="Format of the output.")
    ] = ClusterFormat.TABLE,
    ignore_unreachable: IgnoreUnreachable = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """List the clusters that the app's environments use; without environments, every context.

    All are asked at once. Exit code 4 where some cannot be read.
    """
    from dlctl.cli.commands.cluster.listing import list_clusters
    from dlctl.cli.connect import ClusterFlags

    flags = ClusterFlags(kubeconfig, "", request_timeout)
    list_clusters(runtime_of(ctx), flags, output, everything=all_, ignore_unreachable=ignore_unreachable)
