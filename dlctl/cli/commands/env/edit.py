"""`dlctl env set`."""

from collections.abc import Mapping

from msgspec import Struct

from dlctl.app.environment_edit import set_environment, superseded
from dlctl.app.environments import load_environment
from dlctl.app.model import Destination, Environment
from dlctl.app.names import check_name
from dlctl.cli.commands.env.cluster_change import (
    check_server,
    confirm_other_pin,
    log_changed_cluster,
    warn_of_unknown_cluster,
)
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.file_edits import write_edits
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.errors import PlanError, UsageError


class Settings(Struct, frozen=True):
    """The settings that `env set` changes: texts by their keys in environment.yaml; empty ones stay."""

    texts: Mapping[str, str]
    pin: bool
    protected: bool | None
    cluster_id: str = ""

    def values(self) -> dict[str, object]:
        """The values to store. Raises AppError for an invalid name, UsageError for two kinds of cluster."""
        values: dict[str, object] = {key: value for key, value in self.texts.items() if value}
        for key, what in (("namespace", "a namespace"), ("sandbox", "a sandbox")):
            if key in values:
                check_name(what, self.texts[key])
        check_server(self.texts.get("server", ""))
        if self.protected is not None:
            values["protected"] = self.protected
        if "sandbox" in values and values.keys() & {"context", "server"}:
            raise UsageError("--sandbox cannot be used with --context or --server")
        return values


def change_environment(
    runtime: Runtime, flags: ClusterFlags, name: str, settings: Settings, *, yes: bool
) -> None:
    """`env set`: store the given values; another cluster removes the old pin, `pin` sets a new one."""
    app = runtime.app()
    environment = load_environment(app, name)
    values = settings.values()
    if settings.cluster_id and not settings.pin:
        raise UsageError("--cluster-id is used with --pin", hint="add --pin")
    obsolete = superseded(key for key, value in values.items() if value != _current(environment, key))
    if settings.pin:
        values.update(_new_pin(runtime, flags, environment, values, settings.cluster_id))
    if not values:
        raise UsageError("nothing to set", hint="'dlctl env set --help' lists the settings")
    if environment.protected:
        confirm(runtime, f"Change protected environment '{name}'?", yes=yes)
    warn_of_unknown_cluster(runtime, flags, values)
    root = runtime.root()
    if not write_edits(root, lambda: [set_environment(root, name, values, obsolete)]):
        log(f"environment {name} unchanged")
    after = load_environment(app, name).destination
    log_changed_cluster(app, environment, after)


def _current(environment: Environment, key: str) -> object:
    destination = environment.destination
    known = {"context": destination.context, "server": destination.server, "sandbox": destination.sandbox}
    return known.get(key)


def _new_pin(
    runtime: Runtime,
    flags: ClusterFlags,
    environment: Environment,
    values: Mapping[str, object],
    expected: str,
) -> dict[str, str]:
    """The values of the pin. Raises PlanError if another cluster than the `expected` one answers."""
    old = environment.destination
    if "sandbox" in values or (old.sandbox and not values.keys() & {"context", "server"}):
        raise UsageError("a sandbox cannot be pinned: it runs only on this machine")
    context = str(values.get("context") or old.context)
    server = str(values.get("server") or ("" if "context" in values else old.server))
    cluster = Connector(runtime, flags).destination(Destination(context=context, server=server), log_event)
    identity = cluster.identity()
    if expected and expected != identity.uid:
        raise PlanError(
            f"the cluster at {cluster.server} is {identity.uid}, not {expected}; nothing was changed",
            hint="check the context: dlctl cluster list",
        )
    if old.cluster_id and old.cluster_id != identity.uid:
        elsewhere = bool(values.keys() & {"context", "server"})
        # A weak pin is of a server and its CA; the ID of the cluster behind the same server only adds to it.
        refined = old.cluster_id.startswith("weak:") and old.server == cluster.server
        if not (expected or elsewhere or refined):
            confirm_other_pin(runtime, environment.name, old.cluster_id, identity.uid, cluster.server)
        log(f"pin changed from {old.cluster_id} to {identity.uid}", Style.WARN)
    else:
        log(f"pinned to cluster {identity.uid} at {cluster.server}")
    return {"server": cluster.server, "clusterId": identity.uid}
