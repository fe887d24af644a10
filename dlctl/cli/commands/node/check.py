"""`dlctl node check`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from dlctl.cli.arguments.options import (
    AllEnvironments,
    Components,
    Environments,
    IgnoreUnreachable,
    KubeconfigFile,
    RequestTimeout,
    Set,
)
from dlctl.cli.commands.node.list import AllContexts, Contexts
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.views.nodes.fit_format import FitFormat
from dlctl.cli.runtime import runtime_of

EXAMPLES = (
    "Examples: dlctl node check gke; dlctl node check gke minikube -c cnn; "
    "dlctl node check --all -c cnn --set num_gpus=8 -o wide; "
    "dlctl node check gke -c cnn --what-if v100x8-ib100=4; dlctl node check --context lab -f job.yaml"
)
"""What its help shows."""


def check_command(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    component: Components = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "-f",
            "--file",
            metavar="FILE",
            help="The objects of this YAML file instead of components; - is standard input.",
            click_type=complete.FILE,
        ),
    ] = None,
    set_: Set = None,
    context: Contexts = None,
    all_contexts: AllContexts = False,
    what_if: Annotated[
        str,
        typer.Option(
            "--what-if",
            metavar="NODES",
            help="With these nodes, too: SHAPE=COUNT,… or a file, as 'dlctl sandbox up --nodes' takes; "
            "'remove: [NAME, …]' in the file removes nodes.",
            click_type=complete.FILE,
        ),
    ] = "",
    preemptible_below: Annotated[
        int | None,
        typer.Option(
            "--preemptible-below",
            metavar="PRIORITY",
            help="Say what would fit if pods of a lower priority were preempted (default: the pods' own).",
        ),
    ] = None,
    output: Annotated[
        FitFormat, typer.Option("-o", "--output", help="Format of the output.")
    ] = FitFormat.TABLE,
    ignore_unreachable: IgnoreUnreachable = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Check whether the pods of components would fit on a cluster's nodes, and why not.

    Computed by dlctl from the cluster's state; the scheduler is not involved. Exit code 0 where everything
    fits now, 1 where something does not, 4 where some clusters cannot be read.
    """
    from dlctl.cli.cluster_targets import TargetFlags
    from dlctl.cli.commands.node.checking import FitQuery, check_nodes
    from dlctl.cli.connect import ClusterFlags
    from dlctl.workflow.render import Selection

    query = FitQuery(
        TargetFlags(environments or (), all_, context or (), all_contexts),
        Selection(tuple(component or ()), tuple(set_ or ())),
        file,
        what_if,
        preemptible_below,
    )
    flags = ClusterFlags(kubeconfig, "", request_timeout)
    check_nodes(runtime_of(ctx), flags, query, output, ignore_unreachable=ignore_unreachable)
