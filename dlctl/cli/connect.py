"""Connect to an environment's cluster, with the user's kubeconfig or the sandbox's own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.errors import SandboxError, UsageError

if TYPE_CHECKING:
    from dlctl.app.model import Destination, Environment
    from dlctl.cluster.kubeconfig.load import Context, Kubeconfig
    from dlctl.cluster.protocol import Cluster


@dataclass(frozen=True, slots=True)
class ClusterFlags:
    """kubectl's connection flags."""

    kubeconfig: Path | None = None
    context: str = ""
    request_timeout: float = 0


def connector(runtime: Runtime, flags: ClusterFlags) -> "Callable[[Environment], Cluster]":
    """A function that connects to an environment's cluster."""

    def connect_to(environment: "Environment") -> "Cluster":
        return connect_destination(runtime, flags, environment.destination)

    return connect_to


def connect_destination(runtime: Runtime, flags: ClusterFlags, destination: "Destination") -> "Cluster":
    """The cluster of a destination; no request is sent yet. Raises ClusterError or SandboxError."""
    if destination.sandbox and (flags.context or flags.kubeconfig):
        raise UsageError(
            "environment is a sandbox, which has its own kubeconfig",
            hint="remove --context and --kubeconfig",
        )
    from dlctl.cluster.kubeconfig.select import select_context

    kubeconfig = kubeconfig_for(runtime, flags, destination)
    selection = select_context(kubeconfig, destination, flags.context)
    if selection.note:
        log(f"note: {selection.note}", Style.WARN)
    return connect_context(runtime, flags, kubeconfig, selection.context)


def connect_context(
    runtime: Runtime, flags: ClusterFlags, kubeconfig: "Kubeconfig", context: "Context"
) -> "Cluster":
    """The cluster of one context."""
    from dlctl.cluster.connect import ConnectOptions, connect  # imports urllib3

    options = ConnectOptions(
        environ=runtime.environ,
        timeout=flags.request_timeout or None,
        interactive=runtime.interactive,
        on_warning=lambda text: log(f"warning: {text}", Style.WARN),
    )
    return connect(kubeconfig, context, cache_folder=runtime.cache_folder, options=options)


def kubeconfig_for(runtime: Runtime, flags: ClusterFlags, destination: "Destination") -> "Kubeconfig":
    """The sandbox's own kubeconfig for a sandbox, else the user's merged one."""
    from dlctl.cluster.kubeconfig.load import load_kubeconfig

    if not destination.sandbox:
        return load_kubeconfig(flags.kubeconfig, runtime.environ, runtime.home)
    from dlctl.sandbox.host.home import Home
    from dlctl.sandbox.lifecycle.lookup import kubeconfig_path

    try:
        path = kubeconfig_path(destination.sandbox, home=Home.from_environ(runtime.environ))
    except SandboxError as error:
        raise SandboxError(
            error.message,
            location=error.location,
            hint=f"start it with 'dlctl sandbox up {destination.sandbox}'",
        ) from error
    return load_kubeconfig(path, runtime.environ, runtime.home)
