"""`dlctl cluster`: list, diff."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import (
    Components,
    IgnoreUnreachable,
    KubeconfigFile,
    RequestTimeout,
    TableOutput,
)
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.cluster_format import ClusterFormat
from dlctl.cli.runtime import runtime_of

app = application(
    no_args_is_help=True,
    help="List and compare clusters: which respond, what they have, which environments use them.",
    epilog="Examples: dlctl cluster list --all -o wide; dlctl cluster diff minikube gke",
)


@app.callback()
def cluster() -> None:
    """List and compare clusters: which respond, what they have, which environments use them."""


@app.command(
    "list",
    short_help="List the clusters of the app's environments.",
    epilog="Examples: dlctl cluster list; dlctl cluster list --all -o wide",
)
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

    All are read in parallel. Exit code 4 where some cannot be read.
    """
    from dlctl.cli.commands.cluster.listing import list_clusters
    from dlctl.cli.connect import ClusterFlags

    flags = ClusterFlags(kubeconfig, "", request_timeout)
    list_clusters(runtime_of(ctx), flags, output, everything=all_, ignore_unreachable=ignore_unreachable)


@app.command(
    "diff",
    short_help="Compare what two clusters have.",
    epilog="Examples: dlctl cluster diff minikube gke; dlctl cluster diff minikube gke -c cnn; "
    "dlctl cluster diff minikube gke --offline; dlctl cluster diff minikube --context lab",
)
def diff_command(
    ctx: typer.Context,
    environments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ENV1 ENV2",
            help="Environments whose clusters are compared.",
            autocompletion=complete.environments,
        ),
    ] = None,
    context: Annotated[
        list[str] | None,
        typer.Option(
            "--context",
            metavar="NAME",
            help="A context of the kubeconfig in place of an environment; can be repeated.",
            autocompletion=complete.contexts,
        ),
    ] = None,
    component: Components = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Compare the cluster.yaml of both environments instead.")
    ] = False,
    output: TableOutput = TableFormat.TABLE,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Compare two clusters: version, kinds, nodes, classes, queues, runtimes, webhooks on training jobs.

    It also lists what the components of the first environment need and the second cluster does not
    have. Exit code 0 means no differences, 1 differences, 2 or more an error, 4 that not everything
    could be read.
    """
    from dlctl.cli.commands.cluster.diff import DiffFlags, diff_clusters
    from dlctl.cli.connect import ClusterFlags

    flags = DiffFlags(environments or (), context or (), component or (), offline)
    diff_clusters(runtime_of(ctx), ClusterFlags(kubeconfig, "", request_timeout), flags, output)
