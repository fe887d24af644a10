"""The command lines of `dlctl job exec` and `dlctl job port-forward`."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import (
    InEnvironment,
    JobName,
    KubeconfigFile,
    RequestTimeout,
    Unmanaged,
)
from dlctl.cli.commands.job import log_options as option
from dlctl.cli.runtime import runtime_of

EXEC_EPILOG = (
    "Examples: dlctl job exec cnn -- nvidia-smi; dlctl job exec cnn --replica worker-1 -- ls /data; "
    "dlctl job exec tf/cnn --env gke -- bash"
)
FORWARD_EPILOG = (
    "Examples: dlctl job port-forward cnn 6006; dlctl job port-forward mnist 8500:8500 :8501 --env gke"
)

Replica = Annotated[
    str,
    typer.Option(
        "--replica", metavar="ROLE-INDEX", help="Replica, such as worker-3, or a pod (default: the chief)."
    ),
]
PodPorts = Annotated[
    list[str],
    typer.Argument(metavar="LOCAL:REMOTE...", help="Ports: 8100:8000, :8000 (any free one) or 8000."),
]


def exec_command(
    ctx: typer.Context,
    name: JobName,
    command: Annotated[
        list[str], typer.Argument(metavar="-- COMMAND", help="The command and its arguments.")
    ],
    environment: InEnvironment = "",
    container: Annotated[
        str, typer.Option("-c", "--container", metavar="NAME", help="Container (default: the main one).")
    ] = "",
    replica: Replica = "",
    stdin: Annotated[
        bool | None,
        typer.Option(
            "-i/-I",
            "--stdin/--no-stdin",
            show_default=False,
            help="Pass stdin to the container (default: if stdin and stdout are terminals).",
        ),
    ] = None,
    tty: Annotated[
        bool | None,
        typer.Option(
            "-t/-T",
            "--tty/--no-tty",
            show_default=False,
            help="Allocate a TTY (default: if stdin and stdout are terminals).",
        ),
    ] = None,
    unmanaged: Unmanaged = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Run a command in a container of a job or a server; the exit code is that of the command.

    Only on the cluster that the environment is pinned to.
    """
    from dlctl.cli.commands.job.executing import Command, run_command
    from dlctl.cli.connect import ClusterFlags
    from dlctl.jobs.logs.choice import Choice
    from dlctl.workflow.jobs.listing import JobQuery

    choice = Choice(replicas=option.names_of([replica]))
    query = JobQuery(unmanaged=unmanaged, ended=True, workloads=True)
    asked = Command(tuple(command), choice, container, stdin, tty)
    flags = ClusterFlags(kubeconfig, "", request_timeout)
    run_command(runtime_of(ctx), flags, name, environment, query, asked)


def forward_command(
    ctx: typer.Context,
    name: JobName,
    ports: PodPorts,
    environment: InEnvironment = "",
    replica: Replica = "",
    unmanaged: Unmanaged = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Forward local ports to a pod of a job or a server, until Ctrl-C.

    Only on the cluster that the environment is pinned to; it listens on loopback alone.
    """
    from dlctl.cli.commands.job.forwarding import forward_job, ports_of
    from dlctl.cli.connect import ClusterFlags
    from dlctl.jobs.logs.choice import Choice
    from dlctl.workflow.jobs.listing import JobQuery

    choice = Choice(replicas=option.names_of([replica]))
    query = JobQuery(unmanaged=unmanaged, ended=True, workloads=True)
    flags = ClusterFlags(kubeconfig, "", request_timeout)
    forward_job(runtime_of(ctx), flags, name, environment, query, choice, ports_of(ports))
