"""Choose the cluster of a new environment, and pin the environment to it."""

from dataclasses import replace

from dlctl.app.model import Destination
from dlctl.cli.connect import ClusterFlags, connect_context
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.cluster.kubeconfig.load import Context, load_kubeconfig
from dlctl.errors import ClusterError


def chosen_context(runtime: Runtime, flags: ClusterFlags, server: str) -> Context:
    """The context selected by `--context`, else by `--server`, else by the kubeconfig's current-context."""
    from dlctl.cluster.kubeconfig.select import select_context

    kubeconfig = load_kubeconfig(flags.kubeconfig, runtime.environ, runtime.home)
    if server and not flags.context:
        return select_context(kubeconfig, Destination(server=server)).context
    return kubeconfig.select(flags.context or None)


def pinned(
    runtime: Runtime, flags: ClusterFlags, name: str, context: Context, server: str, *, required: bool
) -> Destination:
    """The destination, pinned to the cluster's identity if the cluster can be reached.

    Otherwise prints a warning and returns an unpinned destination, or raises ClusterError if `required`.
    """
    destination = Destination(context=context.name, server=server or context.server)
    kubeconfig = load_kubeconfig(flags.kubeconfig, runtime.environ, runtime.home)
    try:
        identity = connect_context(runtime, flags, kubeconfig, context).identity()
    except ClusterError as error:
        if required:
            raise
        log(f"warning: {error}", Style.WARN)
        log(
            f"environment {name} is not pinned to its cluster, so it cannot be written to yet; "
            f"when the cluster can be reached, run: dlctl env set {name} --pin",
            Style.WARN,
        )
        return destination
    weak = " (weak: no permission to read namespace kube-system)" if identity.weak else ""
    log(f"pinned to cluster {identity.uid}{weak} at {destination.server}")
    return replace(destination, cluster_id=identity.uid)
