"""`dlctl job top`: who holds GPUs, and who waits for them."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import (
    AllEnvironments,
    Components,
    Environments,
    IgnoreUnreachable,
    KubeconfigFile,
    RequestTimeout,
    TableOutput,
    Unmanaged,
)
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of
from dlctl.jobs.choices import UsageBy

EXAMPLES = (
    "Examples: dlctl job top gke; dlctl job top --all --by queue; dlctl job top gke --unmanaged --by owner "
    "--by job; dlctl job top gke -o json"
)


def top_command(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    by: Annotated[
        list[UsageBy] | None,
        typer.Option("--by", help="Only these sums; can be repeated (default: all of them)."),
    ] = None,
    unmanaged: Unmanaged = False,
    component: Components = None,
    output: TableOutput = TableFormat.TABLE,
    ignore_unreachable: IgnoreUnreachable = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Show the GPUs that jobs use and request, by queue, namespace, owner and job; the most used first.

    A pod that has a node and has not finished uses its GPUs, also while it is being deleted. The owner of a
    run is who submitted it, of other jobs their component, of jobs of others the app in their labels. A
    cluster that cannot be read is listed with a status such as 'unreachable', and the exit code is 4; 1 where
    none can be read.
    """
    from dlctl.cli.commands.job.totalling import show_usage
    from dlctl.cli.connect import ClusterFlags
    from dlctl.workflow.jobs.listing import JobQuery

    show_usage(
        runtime_of(ctx),
        ClusterFlags(kubeconfig, "", request_timeout),
        JobQuery(tuple(component or ()), unmanaged, ended=True),
        environments or (),
        tuple(dict.fromkeys(by or UsageBy)),
        output,
        every=all_,
        ignore_unreachable=ignore_unreachable,
    )
