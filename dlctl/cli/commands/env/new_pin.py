"""The pin that `env set --pin` writes: to which cluster, and what speaks against it."""

from collections.abc import Mapping

from msgspec import Struct

from dlctl.app.model import Destination, Environment
from dlctl.cli.connect import Connector
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.prompt import confirm
from dlctl.cli.runtime import Runtime
from dlctl.cluster.protocol import Identity
from dlctl.errors import PlanError, UsageError
from dlctl.workflow.api_server import identity_to_pin


class NewPin(Struct, frozen=True):
    """The values to store, what to say of them, and whether an earlier pin is replaced.

    `doubt` says why it may be the wrong cluster; empty if nothing speaks against it.
    """

    values: Mapping[str, str]
    result: str
    replaces: bool
    doubt: str = ""

    @property
    def cluster_id(self) -> str:
        """The identity of the cluster."""
        return self.values["clusterId"]


def new_pin(
    connector: Connector, environment: Environment, values: Mapping[str, object], expected: str
) -> NewPin:
    """The pin to the cluster that answers, with the settings that change too.

    Raises PlanError if it is not the `expected` one, or cannot be compared with the one of the pin, and
    ClusterError where no API server answers.
    """
    old = environment.destination
    if "sandbox" in values or (old.sandbox and not values.keys() & {"context", "server"}):
        raise UsageError("a sandbox cannot be pinned: it runs only on this machine")
    context = str(values.get("context") or old.context)
    server = str(values.get("server") or ("" if "context" in values else old.server))
    cluster = connector.destination(Destination(context=context, server=server), log_event)
    identity = identity_to_pin(cluster)
    if expected and expected != identity.uid:
        raise PlanError(
            f"the cluster at {cluster.server} is {identity.uid}, not {expected}; nothing was changed",
            hint="check the context: dlctl cluster list",
        )
    replaces = old.cluster_id not in ("", identity.uid)
    if replaces and not expected:
        _refuse_unreadable(environment.name, old.cluster_id, identity)
    result = f"pinned to cluster {identity.uid} at {cluster.server}"
    if replaces:
        result = f"pin changed from {old.cluster_id} to {identity.uid}"
    doubt = "" if expected else _doubt(environment, identity, context, values)
    return NewPin({"server": cluster.server, "clusterId": identity.uid}, result, replaces, doubt)


def _refuse_unreadable(name: str, pinned_id: str, actual: Identity) -> None:
    """Raise PlanError where a pin to an ID would become a weak one for want of a permission."""
    if actual.weak and not pinned_id.startswith("weak:"):
        raise PlanError(
            f"environment {name} is pinned to cluster {pinned_id}, which cannot be compared with "
            f"{actual.server}: you do not have permission to read namespace kube-system there; "
            "nothing was changed",
            hint="request permission to get namespace kube-system",
        )


def _doubt(environment: Environment, actual: Identity, context: str, values: Mapping[str, object]) -> str:
    old, name = environment.destination, environment.name
    if old.cluster_id and old.cluster_id != actual.uid:
        # A weak pin is of a server and its CA; the ID of the cluster behind the same server only adds to it.
        if old.cluster_id.startswith("weak:") and old.server == actual.server:
            return ""
        return (
            f"environment {name} is pinned to cluster {old.cluster_id}, "
            f"but cluster {actual.uid} answers at {actual.server}"
        )
    moved = old.server.rstrip("/") not in ("", actual.server.rstrip("/"))
    if not old.cluster_id and moved and context == old.context and "server" not in values:
        return (
            f"environment {name} has server {old.server}, "
            f"but its context points to {actual.server}, where cluster {actual.uid} answers"
        )
    return ""


def confirm_pin(runtime: Runtime, name: str, pin: NewPin, texts: Mapping[str, str]) -> None:
    """Ask before an environment is pinned to a cluster that may be a wrong one; `--yes` is no answer to this.

    Raises UsageError if there is no terminal, NotConfirmed if the answer is not yes.
    """
    if not runtime.interactive:
        given = "".join(f" --{key} {value}" for key, value in texts.items() if value)
        raise UsageError(
            pin.doubt,
            hint=f"if it is the right one: dlctl env set {name}{given} --pin --cluster-id {pin.cluster_id}",
        )
    confirm(runtime, f"{pin.doubt[0].upper()}{pin.doubt[1:]}. Pin it to that one?", yes=False)
