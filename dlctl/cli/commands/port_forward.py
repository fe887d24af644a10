"""`dlctl port-forward`."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import InEnvironment, KubeconfigFile, RequestTimeout
from dlctl.cli.commands.job.reach_commands import PodPorts
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.runtime import runtime_of

app = application()


@app.command(
    "port-forward",
    epilog="Examples: dlctl port-forward tf-hub-0 8100:8000; dlctl port-forward mnist :8501 --env gke",
)
def port_forward(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="POD|NAME",
            help="Pod, or job or server, such as mnist.",
            autocompletion=complete.job_names,
        ),
    ],
    ports: PodPorts,
    environment: InEnvironment = "",
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Forward local ports to a pod, or to a pod of a job or a server, until Ctrl-C.

    Without --env all environments of the app are searched. Only on the cluster that the environment is
    pinned to; it listens on loopback alone.
    """
    from dlctl.cli.commands.job.forwarding import forward_any, ports_of
    from dlctl.cli.connect import ClusterFlags

    flags = ClusterFlags(kubeconfig, "", request_timeout)
    forward_any(runtime_of(ctx), flags, name, environment, ports_of(ports))
