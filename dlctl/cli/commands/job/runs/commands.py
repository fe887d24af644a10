"""`dlctl job submit`, `rerun`, `diff`, `prune` and `sweep`: their options."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import (
    ComponentName,
    FitCheck,
    InEnvironment,
    KubeconfigFile,
    RequestTimeout,
    Set,
    SkipIdentity,
    TableOutput,
    Yes,
)
from dlctl.cli.arguments.waiting import LockTimeout
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.run_format import SubmitFormat
from dlctl.cli.runtime import runtime_of
from dlctl.jobs.choices import Pick

SUBMIT = (
    "Examples: dlctl job submit cnn --env gke; dlctl job submit cnn --env gke --set num_workers=8; "
    "dlctl job submit cnn --env gke --dry-run; dlctl job submit cnn --env gke -o name; "
    "dlctl job submit cnn --env '*' --pick most-free"
)
RERUN = (
    "Examples: dlctl job rerun cnn-r3; dlctl job rerun cnn-r3 --set num_workers=2; "
    "dlctl job rerun cnn-r3 --env gke --dry-run"
)
SWEEP = (
    "Examples: dlctl job sweep cnn --grid lr=0.1,0.01 --grid batch=32,64 --env gke; "
    "dlctl job sweep cnn --grid num_workers=1,2,4 --max-parallel 2 --env gke -o json; "
    "dlctl job sweep cnn --grid lr=0.1,0.01 --env gke --dry-run"
)
DIFF = "Examples: dlctl job diff cnn-r3 cnn-r4; dlctl job diff cnn-r3 cnn-r4 --env gke -o json"
PRUNE = (
    "Examples: dlctl job prune cnn --env gke; dlctl job prune cnn --env gke --keep 2 --yes; "
    "dlctl job prune cnn --env gke --keep 0 --dry-run"
)

RunEnvironment = Annotated[
    str,
    typer.Option(
        "--env",
        "-e",
        metavar="ENV",
        help="Environment where the job runs.",
        autocompletion=complete.environments,
    ),
]
SubmitEnvironment = Annotated[
    str,
    typer.Option(
        "--env",
        "-e",
        metavar="ENV",
        help="Environment where the job runs; with --pick a quoted glob, such as 'gpu/*'.",
        autocompletion=complete.environments,
    ),
]
RunName = Annotated[
    str,
    typer.Argument(metavar="RUN", help="Run: its name, such as cnn-r3.", autocompletion=complete.run_names),
]
SubmitOutput = Annotated[
    SubmitFormat, typer.Option("-o", "--output", help="Output format; name is the run's name alone.")
]
RunDryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Show what would be created; the server checks it. Fails as submit would."
    ),
]


def submit_command(
    ctx: typer.Context,
    component: ComponentName,
    environment: SubmitEnvironment = "",
    set_: Set = None,
    name: Annotated[
        str,
        typer.Option(
            "--name", metavar="RUN", help="Name of the run (default: COMPONENT-rN, the next number)."
        ),
    ] = "",
    pick: Annotated[
        Pick | None,
        typer.Option(
            "--pick",
            help="With a glob as --env: run in the first environment where the pods fit, or in the one with "
            "the most free devices.",
        ),
    ] = None,
    dry_run: RunDryRun = False,
    output: SubmitOutput = SubmitFormat.TEXT,
    lock_timeout: LockTimeout = 60,
    fit_check: FitCheck = True,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Run the job of a component, under a name of its own.

    The job, the ConfigMaps and Secrets that only the job uses, its pod group and its headless Service take
    the run's name, and an annotation keeps what it was made from. Claims, other Services and accounts are
    shared: they are created if absent, else they stay as they are. 'apply' (also with --prune), 'diff'
    and 'status' ignore runs. Nothing is written where 'apply' would refuse it. With --pick the environments
    are compared as by 'node check' first, and where it can start in none, nothing is written.
    """
    from dlctl.cli.commands.job.runs.submitting import SubmitFlags, submit
    from dlctl.cli.connect import ClusterFlags
    from dlctl.workflow.render import Selection

    cluster = ClusterFlags(kubeconfig, "", request_timeout)
    flags = SubmitFlags(cluster, dry_run, output, lock_timeout, fit_check, yes, skip_identity)
    selection = Selection((component,), tuple(set_ or ()))
    submit(runtime_of(ctx), flags, environment, selection, name, pick)


def rerun_command(
    ctx: typer.Context,
    name: RunName,
    environment: InEnvironment = "",
    set_: Set = None,
    dry_run: RunDryRun = False,
    output: SubmitOutput = SubmitFormat.TEXT,
    lock_timeout: LockTimeout = 60,
    fit_check: FitCheck = True,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Submit a run again with the same --set values and the current files of the app.

    What differs is listed: values, parameters of the files, and the git revision. --set changes values.
    Without --env all environments of the app are searched for the run.
    """
    from dlctl.cli.commands.job.runs.rerunning import rerun
    from dlctl.cli.commands.job.runs.submitting import SubmitFlags
    from dlctl.cli.connect import ClusterFlags

    cluster = ClusterFlags(kubeconfig, "", request_timeout)
    flags = SubmitFlags(cluster, dry_run, output, lock_timeout, fit_check, yes, skip_identity)
    rerun(runtime_of(ctx), flags, name, environment, tuple(set_ or ()))


def diff_command(
    ctx: typer.Context,
    run: RunName,
    other: Annotated[
        str,
        typer.Argument(metavar="RUN2", help="Run to compare it with.", autocompletion=complete.run_names),
    ],
    environment: InEnvironment = "",
    output: TableOutput = TableFormat.TABLE,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Compare two runs: their parameters, and their objects except for the names. Secrets are masked.

    Exit code 0 if they are equal, 1 if they differ, 2 if they could not be compared.
    """
    from dlctl.cli.commands.job.runs.diffing import diff_runs
    from dlctl.cli.connect import ClusterFlags

    flags = ClusterFlags(kubeconfig, "", request_timeout)
    diff_runs(runtime_of(ctx), flags, (run, other), environment, output)


def prune_command(
    ctx: typer.Context,
    component: ComponentName,
    environment: RunEnvironment = "",
    keep: Annotated[
        int, typer.Option("--keep", metavar="N", min=0, help="Number of the newest runs that stay.")
    ] = 5,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the runs that would be deleted.")] = False,
    output: TableOutput = TableFormat.TABLE,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Delete the runs of a component that have finished, with their configuration, except the newest.

    Runs that have not finished are neither deleted nor counted.
    """
    from dlctl.cli.commands.job.runs.pruning import PruneFlags, prune
    from dlctl.cli.connect import ClusterFlags

    cluster = ClusterFlags(kubeconfig, "", request_timeout)
    flags = PruneFlags(cluster, keep, dry_run, output, yes, skip_identity)
    prune(runtime_of(ctx), flags, environment, component)


def sweep_command(
    ctx: typer.Context,
    component: ComponentName,
    grid: Annotated[
        list[str] | None,
        typer.Option(
            "--grid",
            metavar="NAME=VALUE,...",
            help="Values of a parameter; can be repeated for others.",
            autocompletion=complete.settings,
        ),
    ] = None,
    environment: RunEnvironment = "",
    set_: Set = None,
    name: Annotated[
        str,
        typer.Option("--name", metavar="SWEEP", help="Name of the sweep (default: made of its values)."),
    ] = "",
    max_parallel: Annotated[
        int,
        typer.Option(
            "--max-parallel", metavar="N", min=1, help="Maximum number of runs in progress at the same time."
        ),
    ] = 1,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the combinations, and which of them have a run.")
    ] = False,
    output: TableOutput = TableFormat.TABLE,
    lock_timeout: LockTimeout = 60,
    fit_check: FitCheck = True,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Submit a run for each combination of values, wait for them, and print a table of the results.

    Each value is typed as by --set. After Ctrl-C runs that were submitted continue; the same command
    continues the sweep, as its runs are known by a label. A combination that already has a run, even a failed
    one, is not run again; --name starts another sweep. Exit code 1 where runs did not succeed.
    """
    from dlctl.cli.commands.job.runs.submitting import SubmitFlags
    from dlctl.cli.commands.job.runs.sweeping import SweepFlags, sweep
    from dlctl.cli.connect import ClusterFlags

    cluster = ClusterFlags(kubeconfig, "", request_timeout)
    flags = SubmitFlags(cluster, dry_run, SubmitFormat.TEXT, lock_timeout, fit_check, yes, skip_identity)
    wanted = SweepFlags(
        environment, component, tuple(grid or ()), tuple(set_ or ()), name, max_parallel, output
    )
    sweep(runtime_of(ctx), flags, wanted)
