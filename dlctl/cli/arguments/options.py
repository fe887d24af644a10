"""Options of several commands, each defined once."""

from pathlib import Path
from typing import Annotated, Any

import typer

from dlctl.cli.arguments.durations import Duration
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.tables.table import TableFormat

TableOutput = Annotated[TableFormat, typer.Option("-o", "--output", help="Output format.")]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do not prompt for confirmation.")]
IfExists = Annotated[bool, typer.Option("--if-exists", help="Do not fail if it does not exist.")]
IfMissing = Annotated[
    bool, typer.Option("--if-missing", help="Do not fail if it already exists; change nothing.")
]
Environments = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ENV...",
        help="Environments: names or quoted globs, such as 'prod/*'.",
        autocompletion=complete.environments,
    ),
]
AllEnvironments = Annotated[
    bool, typer.Option("--all", help="All environments of the app that have a cluster.")
]
AllOrObjects = Annotated[
    bool,
    typer.Option(
        "--all", help="All environments of the app that have a cluster; with ENV, same as --all-objects."
    ),
]
AllOrJobs = Annotated[
    bool,
    typer.Option(
        "--all", help="All environments of the app that have a cluster; with ENV, same as --all-jobs."
    ),
]
MaxParallel = Annotated[
    int,
    typer.Option("--max-parallel", metavar="N", min=1, help="Number of environments to process in parallel."),
]
StopAfter = Annotated[
    int,
    typer.Option(
        "--stop-after",
        metavar="N",
        min=0,
        help="Start no more environments after N failures; 0 means no limit.",
    ),
]
EnvironmentName = Annotated[
    str, typer.Argument(metavar="ENV", help="Environment.", autocompletion=complete.environments)
]
FirstEnvironment = Annotated[
    str,
    typer.Argument(metavar="ENV1", help="Environment to compare.", autocompletion=complete.environments),
]
SecondEnvironment = Annotated[
    str,
    typer.Argument(
        metavar="ENV2", help="Environment to compare it with.", autocompletion=complete.environments
    ),
]
InEnvironment = Annotated[
    str,
    typer.Option(
        "--env", "-e", metavar="ENV", help="Only in this environment.", autocompletion=complete.environments
    ),
]
ComponentName = Annotated[
    str, typer.Argument(metavar="COMPONENT", help="Component.", autocompletion=complete.components)
]
JobName = Annotated[
    str,
    typer.Argument(
        metavar="[KIND/]NAME",
        help="Job: its name, such as cnn, or tf/cnn.",
        autocompletion=complete.job_names,
    ),
]
Unmanaged = Annotated[bool, typer.Option("--unmanaged", help="Include jobs that do not belong to the app.")]
Components = Annotated[
    list[str] | None,
    typer.Option(
        "-c",
        "--component",
        metavar="NAME",
        help="Only this component; can be repeated.",
        autocompletion=complete.components,
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="[COMPONENT.]NAME=VALUE",
        help="Set a parameter for this command only; can be repeated.",
        autocompletion=complete.settings,
    ),
]
KubeconfigFile = Annotated[
    Path | None,
    typer.Option(
        "--kubeconfig",
        metavar="FILE",
        help="Kubeconfig file (default: KUBECONFIG, else ~/.kube/config).",
        click_type=complete.FILE,
    ),
]


def context_option(help_: str) -> Any:
    """`--context` of a command, with its own help."""
    return typer.Option("--context", metavar="NAME", help=help_, autocompletion=complete.contexts)


Context = Annotated[str, context_option("Use this kubeconfig context instead of the environment's.")]
NewContext = Annotated[
    str, context_option("Kubeconfig context of the new environment (default: the current context).")
]
RequestTimeout = Annotated[
    float,
    typer.Option(
        "--request-timeout",
        metavar="DURATION",
        click_type=Duration(least="0s"),
        help="Time limit of one request, such as 30s or 2m; 0 means 60s, or 10s in lists of clusters.",
    ),
]
IgnoreUnreachable = Annotated[
    bool, typer.Option("--ignore-unreachable", help="Exit with 0 where some clusters cannot be read.")
]
FitCheck = Annotated[
    bool,
    typer.Option(
        "--fit-check/--no-fit-check",
        help="Check whether new pods that request devices would fit on the nodes.",
    ),
]
Verify = Annotated[
    bool,
    typer.Option("--verify", help="Read every file of the installed packages, not only sizes and times."),
]
CreateNamespace = Annotated[
    bool, typer.Option("--create-namespace/--no-create-namespace", help="Create missing namespaces.")
]
Prune = Annotated[
    bool | None,
    typer.Option(
        "--prune/--no-prune",
        show_default=False,
        help="Delete objects that are no longer rendered, after everything is applied "
        "(default: no, but 'prune: always' in environment.yaml).",
    ),
]
PruneProtected = Annotated[
    bool,
    typer.Option("--prune-protected", help="With --prune, also delete Namespaces, CRDs, volumes and claims."),
]
PruneAll = Annotated[
    bool, typer.Option("--prune-all", help="With --prune, delete objects even if nothing is rendered.")
]
AllowCrdDowngrade = Annotated[
    bool,
    typer.Option(
        "--allow-crd-downgrade",
        help="Change a CRD even if it drops a stored version, or narrows the schema of live objects.",
    ),
]
SkipIdentity = Annotated[
    bool,
    typer.Option(
        "--dangerously-skip-identity-check",
        help="Write even if the cluster is not the one that the environment is pinned to.",
    ),
]
