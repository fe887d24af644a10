"""`dlctl job cancel` and `dlctl job resume`: their command lines."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import (
    InEnvironment,
    JobName,
    KubeconfigFile,
    RequestTimeout,
    SkipIdentity,
    TableOutput,
    Yes,
)
from dlctl.cli.arguments.waiting import LockTimeout, timeout_option
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of

CANCEL_EXAMPLES = (
    "Examples: dlctl job cancel cnn; dlctl job cancel tf/cnn --env gke --dry-run; "
    "dlctl job cancel cnn --suspend; dlctl job cancel cnn --env gke --yes"
)
RESUME_EXAMPLES = "Examples: dlctl job resume cnn; dlctl job resume tf/cnn --env gke --dry-run"

DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Show what would be done; the API server validates the request without storing it."
    ),
]
Timeout = Annotated[
    float,
    timeout_option("How long to wait until the job and its pods are gone, such as 30s or 2m (default 60s)."),
]


def cancel_command(
    ctx: typer.Context,
    name: JobName,
    environment: InEnvironment = "",
    suspend: Annotated[
        bool,
        typer.Option("--suspend", help="Stop its pods and keep the job; 'dlctl job resume' resumes it."),
    ] = False,
    dry_run: DryRun = False,
    output: TableOutput = TableFormat.TABLE,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until the job and its pods are gone.")
    ] = True,
    timeout: Timeout = 60,
    lock_timeout: LockTimeout = 60,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Delete a job with its pods, or suspend it; first show how many pods and GPUs stop.

    Its logs and its status are lost with it. Only jobs that belong to the app are cancelled. Prompts before
    it deletes, and in a protected environment before it suspends. --suspend does not wait.
    """
    from dlctl.cli.commands.job.cancelling import ChangeRequest, change_named
    from dlctl.cli.connect import ClusterFlags
    from dlctl.workflow.jobs.cancel import JobAction

    request = ChangeRequest(
        name,
        environment,
        JobAction.SUSPEND if suspend else JobAction.DELETE,
        dry_run=dry_run,
        wait=wait,
        timeout=timeout,
        lock_timeout=lock_timeout,
        yes=yes,
        skip_identity=skip_identity,
    )
    change_named(runtime_of(ctx), ClusterFlags(kubeconfig, "", request_timeout), request, output)


def resume_command(
    ctx: typer.Context,
    name: JobName,
    environment: InEnvironment = "",
    dry_run: DryRun = False,
    output: TableOutput = TableFormat.TABLE,
    lock_timeout: LockTimeout = 60,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Resume a suspended job, with new pods. Prompts first in a protected environment."""
    from dlctl.cli.commands.job.cancelling import ChangeRequest, change_named
    from dlctl.cli.connect import ClusterFlags
    from dlctl.workflow.jobs.cancel import JobAction

    request = ChangeRequest(
        name,
        environment,
        JobAction.RESUME,
        dry_run=dry_run,
        lock_timeout=lock_timeout,
        yes=yes,
        skip_identity=skip_identity,
    )
    change_named(runtime_of(ctx), ClusterFlags(kubeconfig, "", request_timeout), request, output)
