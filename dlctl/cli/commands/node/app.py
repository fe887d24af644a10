"""`dlctl node`: detect, list, label, check."""

from pathlib import Path
from typing import Annotated

import typer

from dlctl.cli.arguments.dry_run import DryRunCommand
from dlctl.cli.arguments.durations import Duration
from dlctl.cli.arguments.options import KubeconfigFile, RequestTimeout, context_option
from dlctl.cli.commands.node.check import EXAMPLES as CHECK_EXAMPLES
from dlctl.cli.commands.node.check import check_command
from dlctl.cli.commands.node.label import EXAMPLES as LABEL_EXAMPLES
from dlctl.cli.commands.node.label import label_command
from dlctl.cli.commands.node.list import EXAMPLES, list_command
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.views.nodes.host_formats import HostFormat
from dlctl.cli.runtime import runtime_of
from dlctl.errors import UsageError

app = application(
    no_args_is_help=True,
    help="Detect a host's hardware; list and label nodes; check whether pods would fit.",
    epilog="Examples: dlctl node detect; dlctl node list gke; dlctl node label gke -f node-labels.yaml; "
    "dlctl node check gke -c cnn",
)

Root = Annotated[
    Path,
    typer.Option(
        "--root", metavar="DIR", help="Root folder of the host to read.", click_type=complete.FOLDER
    ),
]
Output = Annotated[HostFormat, typer.Option("-o", "--output", help="Format of the output.")]
LabelPrefixes = Annotated[
    list[str] | None,
    typer.Option(
        "--label-prefix",
        metavar="PREFIX",
        help="Only labels with this prefix, such as dlctl.dev/; can be repeated.",
    ),
]
NodeName = Annotated[
    str,
    typer.Option(
        "--node-name", metavar="NODE", help="Node of a NodeFeature; else NODE_NAME, else the host's name."
    ),
]
Namespace = Annotated[
    str,
    typer.Option(
        "-n", "--namespace", metavar="NAMESPACE", help="Namespace of the NodeFeature; else the context's."
    ),
]
Publish = Annotated[
    bool, typer.Option("--publish", help="Apply the NodeFeature to the cluster instead of printing it.")
]
Every = Annotated[
    float,
    typer.Option(
        "--every",
        metavar="DURATION",
        click_type=Duration(least="1s"),
        help="With --publish: repeat after this time, such as 1m, until interrupted.",
    ),
]
Owner = Annotated[
    str,
    typer.Option(
        "--owner",
        metavar="DAEMONSET",
        help="With --publish: delete the NodeFeature along with this DaemonSet of its namespace.",
    ),
]


@app.command(
    "detect",
    short_help="Detect a host's GPUs, RDMA adapters and topology.",
    epilog="Examples: dlctl node detect; dlctl node detect -o labels --label-prefix dlctl.dev/; "
    "dlctl node detect -o nodefeature --node-name gpu-1 -n node-feature-discovery",
)
def detect(
    ctx: typer.Context,
    root: Root = Path("/"),
    output: Output = HostFormat.TABLE,
    prefixes: LabelPrefixes = None,
    node_name: NodeName = "",
    namespace: Namespace = "",
    publish: Publish = False,
    every: Every = 0,
    owner: Owner = "",
    kubeconfig: KubeconfigFile = None,
    context: Annotated[str, context_option("Kubeconfig context to use.")] = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """Detect a host's GPUs, RDMA adapters and PCIe/NUMA topology; print a table, labels or a NodeFeature.

    It reads /sys and /proc, and NVML where nvidia-ml-py is installed (pip install 'dlctl[nvidia]').
    """
    from dlctl.cli.commands.node.detect import Detection, print_host

    detection = Detection(root.absolute(), tuple(prefixes or ()), node_name, namespace)
    _check_publishing(publish, output, {"--every": bool(every), "--owner": bool(owner)})
    if not publish:
        print_host(runtime_of(ctx), detection, output)
        return
    from dlctl.cli.commands.node.publish import Publication, publish_host

    flags = ClusterFlags(kubeconfig, context, request_timeout)
    publish_host(runtime_of(ctx), detection, Publication(flags, every, owner))


def _check_publishing(publish: bool, output: HostFormat, needing: dict[str, bool]) -> None:
    """Raise UsageError for options that only a NodeFeature has, or that none has."""
    given = [option for option, present in needing.items() if present]
    if given and not publish:
        raise UsageError(f"{given[0]} needs --publish", hint="add --publish, or leave it out")
    if publish and output not in (HostFormat.TABLE, HostFormat.NODE_FEATURE):
        raise UsageError(f"--publish applies a NodeFeature; it does not print {output}", hint="leave -o out")


app.command("list", short_help="List nodes with accelerators, and what is free.", epilog=EXAMPLES)(
    list_command
)
app.command(
    "label",
    short_help="Label nodes by rules or by detected hardware.",
    cls=DryRunCommand,
    epilog=LABEL_EXAMPLES,
)(label_command)
app.command("check", short_help="Check whether the pods of components would fit.", epilog=CHECK_EXAMPLES)(
    check_command
)
