"""`dlctl job submit`: its options."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import (
    ComponentName,
    FitCheck,
    KubeconfigFile,
    RequestTimeout,
    Set,
    SkipIdentity,
    Yes,
)
from dlctl.cli.arguments.waiting import LockTimeout
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.views.jobs.run_format import SubmitFormat
from dlctl.cli.runtime import runtime_of

EXAMPLES = (
    "Examples: dlctl job submit cnn --env gke; dlctl job submit cnn --env gke --set num_workers=8; "
    "dlctl job submit cnn --env gke --dry-run; dlctl job submit cnn --env gke -o name"
)
"""What its help shows."""


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
    environment: RunEnvironment = "",
    set_: Set = None,
    name: Annotated[
        str,
        typer.Option(
            "--name", metavar="RUN", help="Name of the run (default: COMPONENT-rN, the next number)."
        ),
    ] = "",
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
    shared: they are created if absent, else they stay as they are. No apply, diff or prune touches a run.
    Nothing is written where 'apply' would refuse it.
    """
    from dlctl.cli.commands.job.submitting import SubmitFlags, submit
    from dlctl.cli.connect import ClusterFlags
    from dlctl.workflow.render import Selection

    flags = SubmitFlags(
        ClusterFlags(kubeconfig, "", request_timeout),
        dry_run=dry_run,
        output=output,
        lock_timeout=lock_timeout,
        fit_check=fit_check,
        yes=yes,
        skip_identity=skip_identity,
    )
    submit(runtime_of(ctx), flags, environment, Selection((component,), tuple(set_ or ())), name)
