"""`dlctl node label`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from dlctl.cli.arguments.options import (
    AllEnvironments,
    Environments,
    IgnoreUnreachable,
    KubeconfigFile,
    RequestTimeout,
    SkipIdentity,
    TableOutput,
    Yes,
)
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of

EXAMPLES = (
    "Examples: dlctl node label gke -f node-labels.yaml; dlctl node label gke -f node-labels.yaml --apply; "
    "dlctl node label lab --detected gpu-1.json --detected gpu-2.json; dlctl node label gke --remove --apply"
)
"""What its help shows."""


def label_command(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    rules: Annotated[
        Path | None,
        typer.Option(
            "-f",
            "--rules",
            metavar="FILE",
            help="Rules: which nodes get which labels (see the description).",
            click_type=complete.FILE,
        ),
    ] = None,
    detected: Annotated[
        list[Path] | None,
        typer.Option(
            "--detected",
            metavar="FILE",
            help="A host as 'dlctl node detect -o json' wrote it, or a folder of those. Can be repeated.",
            click_type=complete.FILE,
        ),
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove all labels that this app has set on nodes.")
    ] = False,
    selector: Annotated[
        str, typer.Option("-l", "--selector", metavar="LABELS", help="Only nodes with these labels.")
    ] = "",
    features_from: Annotated[
        str,
        typer.Option(
            "--features-from",
            metavar="NAMESPACE",
            help="Match features by the NodeFeatures of this namespace alone; else of all namespaces.",
        ),
    ] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Write the labels.")] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="With --apply: let the API server check the writes; nothing is stored."
        ),
    ] = False,
    each: Annotated[bool, typer.Option("--each", help="Write to each of several environments.")] = False,
    output: TableOutput = TableFormat.TABLE,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    ignore_unreachable: IgnoreUnreachable = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Show how nodes would be labeled, by rules or by what was detected on hosts; --apply writes it.

    A file of rules is a list of {match: {name: glob or /regex/, labels: selector, features: matchFeatures of
    a NodeFeatureRule}, labels: {…}}; the first rule that matches decides about a label. Labels that another
    manager owns are left alone. Labels that are no longer in the rules are removed.
    """
    from dlctl.cli.commands.node.label_request import LabelRequest
    from dlctl.cli.commands.node.labelling import label_nodes
    from dlctl.cli.connect import ClusterFlags

    request = LabelRequest(
        tuple(environments or ()),
        all_,
        rules,
        tuple(detected or ()),
        remove,
        selector,
        features_from,
        apply,
        dry_run,
        each,
        yes,
        skip_identity,
        ignore_unreachable,
    )
    label_nodes(runtime_of(ctx), ClusterFlags(kubeconfig, "", request_timeout), request, output)
