"""Which contexts of the kubeconfig answer."""

from collections.abc import Callable, Sequence

from dlctl.cluster.protocol import Cluster
from dlctl.errors import DlctlError
from dlctl.plan.parallel import in_parallel
from dlctl.workflow.doctor.model import Diagnosis, State

_AT_ONCE = 8


def reachable(names: Sequence[str], connect: Callable[[str], Cluster]) -> tuple[Diagnosis, ...]:
    """One answer for each context, in the order given: the server, or why it cannot be reached."""
    return tuple(in_parallel(lambda name: _asked(name, connect), names, _AT_ONCE))


def _asked(name: str, connect: Callable[[str], Cluster]) -> Diagnosis:
    try:
        cluster = connect(name)
        identity = cluster.identity()
    except DlctlError as error:
        return Diagnosis("contexts", name, State.WARNING, error.message, error.hint or "")
    return Diagnosis("contexts", name, State.OK, f"{cluster.server} ({identity.uid})")
