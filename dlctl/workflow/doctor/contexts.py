"""Which contexts of the kubeconfig answer."""

from collections.abc import Callable, Sequence

from dlctl.cluster.protocol import Cluster
from dlctl.errors import DlctlError
from dlctl.plan.parallel import in_parallel
from dlctl.workflow.api_server import version_if_allowed
from dlctl.workflow.doctor.model import Diagnosis, State

_AT_ONCE = 8


def reachable(names: Sequence[str], connect: Callable[[str], Cluster]) -> tuple[Diagnosis, ...]:
    """One answer for each context, in the order given: the server, or why it cannot be reached."""
    return tuple(in_parallel(lambda name: _asked(name, connect), names, _AT_ONCE))


def _asked(name: str, connect: Callable[[str], Cluster]) -> Diagnosis:
    try:
        cluster = connect(name)
        identity = cluster.identity()
        if identity.weak:
            return _restricted(name, cluster)
    except DlctlError as error:
        return Diagnosis("contexts", name, State.WARNING, str(error), error.hint or "")
    return Diagnosis("contexts", name, State.OK, f"{cluster.server} ({identity.uid})")


def _restricted(name: str, cluster: Cluster) -> Diagnosis:
    """The answer for a cluster that does not tell its identity. Raises ClusterError."""
    version = version_if_allowed(cluster)
    if version is None:
        refused = "refuses all requests of this user, even the one for its version: permissions are missing"
        hint = "request them from the cluster's administrator, or log in as another user"
        return Diagnosis("contexts", name, State.WARNING, f"{cluster.server} {refused}", hint)
    missing = "namespace kube-system, whose UID identifies the cluster, cannot be read"
    hint = "request permission to get it: without, environments are pinned by server and CA only"
    return Diagnosis("contexts", name, State.WARNING, f"{cluster.server} ({version}): {missing}", hint)
