"""`dlctl job`: its commands."""

from typing import Annotated

import typer

from dlctl.cli.arguments.dry_run import DryRunCommand
from dlctl.cli.arguments.options import (
    AllOrJobs,
    Components,
    Environments,
    IgnoreUnreachable,
    InEnvironment,
    JobName,
    KubeconfigFile,
    RequestTimeout,
    TableOutput,
    Unmanaged,
)
from dlctl.cli.commands.job import logs_command as logs
from dlctl.cli.commands.job import reach_commands as reach
from dlctl.cli.commands.job.cancel import CANCEL_EXAMPLES, RESUME_EXAMPLES, cancel_command, resume_command
from dlctl.cli.commands.job.options import Watch, WatchJob, refuse_json
from dlctl.cli.commands.job.runs import commands as runs
from dlctl.cli.commands.job.top import EXAMPLES as TOP_EXAMPLES
from dlctl.cli.commands.job.top import top_command
from dlctl.cli.commands.job.wait import EXAMPLES as WAIT_EXAMPLES
from dlctl.cli.commands.job.wait import wait_command
from dlctl.cli.commands.table import application
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of

app = application(
    no_args_is_help=True,
    help="Submit, list, watch, cancel and compare jobs on all clusters of the app.",
    epilog="Examples: dlctl job list gke; dlctl job describe cnn",
)


@app.callback()
def job() -> None:
    """Submit, list, watch, cancel and compare jobs on all clusters of the app."""


@app.command(
    "list",
    short_help="List jobs with their phases and reasons.",
    epilog="Examples: dlctl job list gke; dlctl job list gke -c cnn -o json; dlctl job list --all; "
    "dlctl job list gke --all-jobs; dlctl job list gke --unmanaged; dlctl job list gke --watch",
)
def list_command(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllOrJobs = False,
    all_jobs: Annotated[
        bool, typer.Option("--all-jobs", help="List jobs that finished more than 24 hours ago, too.")
    ] = False,
    unmanaged: Unmanaged = False,
    component: Components = None,
    watch: Watch = False,
    output: TableOutput = TableFormat.TABLE,
    ignore_unreachable: IgnoreUnreachable = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """List jobs, the newest first: phase, why they do not run, pods, GPUs used and requested, times.

    Jobs that finished more than 24 hours ago are left out. All clusters are read in parallel; one that cannot
    be read is listed with a status such as 'unreachable', and the exit code is 4; 1 where none can be read.
    With --watch the table is redrawn as jobs change, until Ctrl-C; on a pipe a line is appended for each
    change.
    """
    from dlctl.cli.commands.job.listing import list_jobs
    from dlctl.cli.commands.job.watching import watch_list
    from dlctl.cli.connect import ClusterFlags
    from dlctl.workflow.jobs.listing import JobQuery

    every = all_ and not environments
    ended = all_jobs or (all_ and bool(environments))
    query = JobQuery(tuple(component or ()), unmanaged, ended, servers=True)
    flags = ClusterFlags(kubeconfig, "", request_timeout)
    if watch:
        refuse_json(output)
        watch_list(runtime_of(ctx), flags, query, environments or (), every=every)
    list_jobs(
        runtime_of(ctx),
        flags,
        query,
        environments or (),
        output,
        every=every,
        ignore_unreachable=ignore_unreachable,
    )


@app.command(
    "describe",
    short_help="Show a job: reasons, pods, events and logs.",
    epilog="Examples: dlctl job describe cnn; dlctl job describe cnn --env gke; "
    "dlctl job describe tf/cnn --env gke -o json; dlctl job describe cnn --watch",
)
def describe_command(
    ctx: typer.Context,
    name: JobName,
    environment: InEnvironment = "",
    unmanaged: Unmanaged = False,
    watch: WatchJob = False,
    output: TableOutput = TableFormat.TABLE,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Show a job: phase, reasons, pods, events and the log of the first failure.

    Without --env all environments of the app are searched; a name that exists in several is an error. Exit
    code 4 where some clusters cannot be read. With --watch it is redrawn as the job changes, until the job
    has finished; on a pipe a line is appended for each change.
    """
    from dlctl.cli.commands.job.describing import describe_job, watch_job
    from dlctl.cli.connect import ClusterFlags
    from dlctl.workflow.jobs.listing import JobQuery

    flags = ClusterFlags(kubeconfig, "", request_timeout)
    query = JobQuery(unmanaged=unmanaged, ended=True, workloads=True)
    if watch:
        refuse_json(output)
        watch_job(runtime_of(ctx), flags, name, environment, query)
    else:
        describe_job(runtime_of(ctx), flags, name, environment, query, output)


app.command("logs", short_help="Print the logs of a job's or a server's pods.", epilog=logs.EPILOG)(
    logs.logs_command
)
app.command(
    "exec", short_help="Run a command in a container of a job or a server.", epilog=reach.EXEC_EPILOG
)(reach.exec_command)
app.command(
    "port-forward",
    short_help="Forward local ports to a pod of a job or a server.",
    epilog=reach.FORWARD_EPILOG,
)(reach.forward_command)
app.command("top", short_help="Show the GPUs that jobs use and request.", epilog=TOP_EXAMPLES)(top_command)
app.command("wait", short_help="Wait until jobs have succeeded or reached a state.", epilog=WAIT_EXAMPLES)(
    wait_command
)
app.command("cancel", cls=DryRunCommand, short_help="Delete or suspend a job.", epilog=CANCEL_EXAMPLES)(
    cancel_command
)
app.command("resume", cls=DryRunCommand, epilog=RESUME_EXAMPLES)(resume_command)
app.command("submit", cls=DryRunCommand, epilog=runs.SUBMIT)(runs.submit_command)
app.command(
    "rerun", cls=DryRunCommand, short_help="Submit a run again, with the same values.", epilog=runs.RERUN
)(runs.rerun_command)
app.command("diff", short_help="Compare two runs.", epilog=runs.DIFF)(runs.diff_command)
app.command("prune", cls=DryRunCommand, short_help="Delete finished runs of a component.", epilog=runs.PRUNE)(
    runs.prune_command
)
app.command(
    "sweep", cls=DryRunCommand, short_help="Submit a run for each combination of values.", epilog=runs.SWEEP
)(runs.sweep_command)
