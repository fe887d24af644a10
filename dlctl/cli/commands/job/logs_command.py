"""The command line of `dlctl job logs`."""

import typer

from dlctl.cli.arguments.options import (
    InEnvironment,
    JobName,
    KubeconfigFile,
    RequestTimeout,
    Unmanaged,
)
from dlctl.cli.commands.job import log_options as option
from dlctl.cli.output.views.jobs.log_format import LogFormat
from dlctl.cli.runtime import runtime_of
from dlctl.errors import UsageError

EPILOG = (
    "Examples: dlctl job logs cnn; dlctl job logs cnn -f; dlctl job logs cnn --env gke --tail 50 -t; "
    "dlctl job logs cnn --role worker --index 0,2-5; dlctl job logs tf/cnn --chief --previous"
)


def logs_command(
    ctx: typer.Context,
    name: JobName,
    environment: InEnvironment = "",
    container: option.Containers = None,
    all_containers: option.AllContainers = False,
    init: option.Init = False,
    replica: option.Replicas = None,
    role: option.Roles = None,
    index: option.Indexes = "",
    chief: option.Chief = False,
    previous: option.Previous = False,
    follow: option.Follow = False,
    max_log_requests: option.MaxLogRequests = 50,
    exit_status: option.ExitStatus = False,
    tail: option.Tail = None,
    since: option.Since = None,
    since_time: option.SinceTime = "",
    timestamps: option.Timestamps = False,
    prefix: option.Prefix = None,
    grep: option.Grep = "",
    sorted_: option.Sorted = False,
    unmanaged: Unmanaged = False,
    output: option.Output = LogFormat.TEXT,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Print the logs of a job: of every replica, in the order of roles and indexes.

    Without --env all environments of the app are searched; a name that exists in several is an error. With -f
    new lines, restarts and new pods are followed until the job finishes; Ctrl-C stops immediately (130). A
    log that cannot be read is a line on stderr. Secrets of the job's object are masked.
    """
    from dlctl.cli.commands.job.logs import Follow, LogView, show_logs
    from dlctl.cli.connect import ClusterFlags
    from dlctl.jobs.logs.choice import ALL, Choice
    from dlctl.jobs.logs.model import LogOptions
    from dlctl.workflow.jobs.logs import LogRequest

    if follow and previous:
        raise UsageError("--follow cannot be used with --previous", hint="use only one of them")
    if follow and sorted_:
        raise UsageError(
            "--follow cannot be used with --sorted", hint="followed lines are printed as they come"
        )
    if exit_status and not follow:
        raise UsageError("--exit-status needs --follow", hint="add -f")
    if since is not None and since_time:
        raise UsageError("--since cannot be used with --since-time", hint="use only one of them")
    containers = (ALL,) if all_containers else option.names_of(container)
    choice = Choice(
        option.names_of(replica), option.names_of(role), option.indexes_of(index), chief, containers, init
    )
    options = LogOptions(
        previous=previous,
        since_seconds=None if since is None else max(1, round(since)),
        since_time=since_time,
    )
    show_logs(
        runtime_of(ctx),
        ClusterFlags(kubeconfig, "", request_timeout),
        name,
        environment,
        LogRequest(choice, options, tail, option.matching(grep), sorted_, max_log_requests),
        LogView(output, prefix, timestamps),
        unmanaged=unmanaged,
        follow=Follow(exit_status) if follow else None,
    )
