"""Pin a new environment to the identity of its cluster."""

from msgspec.structs import replace

from dlctl.app.model import Destination
from dlctl.cli.connect import Connector
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cluster.kubeconfig.load import Context
from dlctl.errors import ClusterError
from dlctl.events import WarningNote
from dlctl.server_url import server_parts
from dlctl.workflow.api_server import identity_to_pin


def pinned(connector: Connector, name: str, context: Context, server: str, *, required: bool) -> Destination:
    """The destination, pinned to the cluster's identity if the cluster can be reached.

    Otherwise prints a warning and returns an unpinned destination, or raises ClusterError if `required`, or
    where the kubeconfig has no URL: none could be stored.
    """
    destination = Destination(context=context.name, server=server or context.server)
    try:
        identity = identity_to_pin(connector.context(context, log_event))
    except ClusterError as error:
        if required or server_parts(destination.server) is None:
            raise
        log_event(WarningNote(f"{error}; {error.hint}" if error.hint else str(error)))
        log(
            f"environment {name} is not pinned to its cluster, so it cannot be written to yet; "
            f"when the cluster can be reached, run: dlctl env set {name} --pin",
            Style.WARN,
        )
        return destination
    weak = " (weak: namespace kube-system cannot be read)" if identity.weak else ""
    log(f"pinned to cluster {identity.uid}{weak} at {destination.server}")
    return replace(destination, cluster_id=identity.uid)
