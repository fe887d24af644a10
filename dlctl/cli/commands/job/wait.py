"""`dlctl job wait`: its command line."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import InEnvironment, KubeconfigFile, RequestTimeout, TableOutput, Unmanaged
from dlctl.cli.arguments.waiting import deadline_of, request_limit, timeout_option
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of
from dlctl.jobs.choices import JobGoal

EXAMPLES = (
    "Examples: dlctl job wait cnn; dlctl job wait cnn --for running --timeout 10m; "
    "dlctl job wait tf/cnn prep --env gke --fail-fast; dlctl job wait cnn --for deleted -o json"
)


def wait_command(
    ctx: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="[KIND/]NAME...",
            help="Jobs: their names, such as cnn, or tf/cnn.",
            autocompletion=complete.job_names,
        ),
    ],
    environment: InEnvironment = "",
    goal: Annotated[
        JobGoal,
        typer.Option("--for", "--wait-for", help="State to wait for; a later state also counts."),
    ] = JobGoal.FINAL,
    timeout: Annotated[
        float, timeout_option("Time limit of the whole wait, such as 30s or 10m (default: none).")
    ] = 0,
    any_: Annotated[
        bool,
        typer.Option(
            "--any",
            help="Stop waiting as soon as one job has reached the state, or can no longer reach it.",
        ),
    ] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Stop waiting as soon as a job fails or is deleted.")
    ] = False,
    unmanaged: Unmanaged = False,
    output: TableOutput = TableFormat.TABLE,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Wait until jobs have succeeded or reached the state given by --for; print the reason if they do not.

    Exit code 0: every job reached it. 1: a job finished in another state. 3: timed out. 4: unknown, because
    a job was not found or was deleted, or its cluster could not be read for 5 minutes. An interrupt leaves
    the jobs as they are.
    """
    from dlctl.cli.commands.job.waiting import WaitRequest, wait_for_named
    from dlctl.cli.connect import ClusterFlags
    from dlctl.jobs.wait import Enough

    enough = Enough(any_=any_, fail_fast=fail_fast)
    request = WaitRequest(
        tuple(dict.fromkeys(names)), environment, goal, deadline_of(timeout, waits=False), enough, unmanaged
    )
    flags = ClusterFlags(kubeconfig, "", request_limit(request_timeout, timeout))
    wait_for_named(runtime_of(ctx), flags, request, output)
