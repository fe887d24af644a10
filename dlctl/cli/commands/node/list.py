"""`dlctl node list`: its options."""

from typing import Annotated

import typer

from dlctl.cli.arguments.durations import Duration
from dlctl.cli.arguments.options import (
    AllEnvironments,
    Environments,
    IgnoreUnreachable,
    KubeconfigFile,
    RequestTimeout,
)
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.views.nodes.format import NodeFormat
from dlctl.cli.runtime import runtime_of
from dlctl.errors import UsageError

Contexts = Annotated[
    list[str] | None,
    typer.Option(
        "--context",
        metavar="NAME",
        help="This context of the kubeconfig, several with commas, or a quoted glob. Can be repeated.",
        autocompletion=complete.contexts,
    ),
]
AllContexts = Annotated[bool, typer.Option("--all-contexts", help="Every context of the kubeconfig.")]


EXAMPLES = (
    "Examples: dlctl node list gke; dlctl node list gke --pods; "
    "dlctl node list --all --gpu H100 --free 8; dlctl node list gke --watch --every 30s; "
    "dlctl node list --all-contexts -o csv"
)
"""What its help shows."""


def list_command(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    context: Contexts = None,
    all_contexts: AllContexts = False,
    selector: Annotated[
        str, typer.Option("-l", "--selector", metavar="LABELS", help="Only nodes with these labels.")
    ] = "",
    gpu: Annotated[
        str, typer.Option("--gpu", metavar="MODEL", help="Only devices of this model, such as H100.")
    ] = "",
    resource: Annotated[
        list[str] | None,
        typer.Option(
            "-r",
            "--resource",
            metavar="NAME",
            help="Only this extended resource, or those of a glob. Can be repeated.",
        ),
    ] = None,
    free: Annotated[
        int, typer.Option("--free", metavar="N", min=0, help="List only nodes with at least N free devices.")
    ] = 0,
    component: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="COMPONENT",
            help="Count nodes as usable if this component's pods tolerate their taints.",
            autocompletion=complete.components,
        ),
    ] = "",
    ready: Annotated[bool, typer.Option("--ready", help="List only nodes that take pods.")] = False,
    all_nodes: Annotated[
        bool, typer.Option("--all-nodes", help="List nodes without accelerators, too.")
    ] = False,
    pods: Annotated[
        bool, typer.Option("--pods", help="List the pods that hold devices below each node.")
    ] = False,
    output: Annotated[
        NodeFormat, typer.Option("-o", "--output", help="Format of the output.")
    ] = NodeFormat.TABLE,
    columns: Annotated[
        str, typer.Option("--columns", metavar="NAME,…", help="Only these columns, in this order.")
    ] = "",
    sort: Annotated[
        list[str] | None,
        typer.Option(
            "--sort", metavar="KEY,…", help="Sort rows by columns; -KEY is descending, as in --sort=-free."
        ),
    ] = None,
    no_headers: Annotated[bool, typer.Option("--no-headers", help="Leave the headings out.")] = False,
    preemptible_below: Annotated[
        int | None,
        typer.Option(
            "--preemptible-below",
            metavar="PRIORITY",
            help="Add a column: devices that pods of a lower priority hold.",
        ),
    ] = None,
    watch: Annotated[
        bool,
        typer.Option(
            "-w",
            "--watch",
            help="Refresh until Ctrl-C: on a terminal the table is redrawn, else changed rows are appended.",
        ),
    ] = False,
    every: Annotated[
        float,
        typer.Option(
            "--every",
            metavar="DURATION",
            click_type=Duration(least="1s"),
            show_default="10s",
            help="With --watch: time between two reads, such as 30s or 2m.",
        ),
    ] = 0,
    ignore_unreachable: IgnoreUnreachable = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """List nodes with accelerators: how many of each are free, used and unhealthy.

    Free is what a pod could get now; on a node that takes no pods it is 0. Totals are below the list,
    of all nodes that -l, --gpu and -r leave. Exit code 4 where some clusters cannot be read.
    """
    from dlctl.cli.cluster_targets import TargetFlags
    from dlctl.cli.commands.node.listing import EVERY, NodeQuery, Printing, list_nodes, watch_nodes
    from dlctl.cli.connect import ClusterFlags
    from dlctl.nodes.inventory.select import Counted, Shown

    query = NodeQuery(
        TargetFlags(environments or (), all_, context or (), all_contexts),
        selector,
        Counted(gpu, tuple(resource or ())),
        Shown(all_nodes, ready, free),
        pods,
        component,
    )
    flags = ClusterFlags(kubeconfig, "", request_timeout)
    printing = Printing(output, not no_headers, columns, sort or (), preemptible_below)
    if every and not watch:
        raise UsageError("--every needs --watch", hint="add --watch, or leave it out")
    if watch:
        watch_nodes(runtime_of(ctx), flags, query, printing, every or EVERY)
    list_nodes(runtime_of(ctx), flags, query, printing, ignore_unreachable=ignore_unreachable)
