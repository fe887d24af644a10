"""Add, change and remove environments."""

from collections.abc import Mapping
from dataclasses import dataclass

from dlctl.app import environment_edit
from dlctl.app.environment_edit import check_removable, refuse_existing, set_environment, superseded
from dlctl.app.environments import DEFAULT_NAMESPACE, load_environment
from dlctl.app.model import App, Destination, Environment
from dlctl.app.names import check_environment_name, check_name
from dlctl.cli.commands.env.cluster_change import (
    log_changed_cluster,
    warn_of_unknown_cluster,
    warn_of_unknown_sandbox,
)
from dlctl.cli.commands.env.pin import pinned
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.file_edits import write_edits
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.errors import UsageError
from dlctl.server_url import HINT, PROBLEM, is_server_url, may_hold_credentials


def add_environment(
    runtime: Runtime,
    flags: ClusterFlags,
    name: str,
    namespace: str,
    server: str,
    sandbox: str,
    *,
    required: bool,
) -> None:
    """`env add`: choose the destination, pin it if the cluster can be reached, write the files."""
    check_environment_name(name)
    app = runtime.app()
    refuse_existing(app, name)
    if sandbox and (flags.context or server):
        raise UsageError("--sandbox cannot be used with --context or --server")
    _check_server(server)
    if namespace:
        check_name("a namespace", namespace)
    if sandbox:
        destination = Destination(sandbox=check_name("a sandbox", sandbox))
        warn_of_unknown_sandbox(runtime, sandbox)
    else:
        connector = Connector(runtime, flags)
        context = connector.chosen_context(server)
        namespace = check_name("a namespace", namespace or context.namespace or DEFAULT_NAMESPACE)
        destination = pinned(connector, name, context, server, required=required)
    _write_environment(app, name, destination, namespace or DEFAULT_NAMESPACE)


def _write_environment(app: App, name: str, destination: Destination, namespace: str) -> None:
    write_edits(app.root, lambda: environment_edit.add_environment(app, name, destination, namespace))
    where = f"sandbox {destination.sandbox}" if destination.sandbox else f"context {destination.context}"
    log(f"added environment {name}: {where}, namespace {namespace}", Style.GOOD)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that `env set` changes: texts by their keys in environment.yaml; empty ones stay."""

    texts: Mapping[str, str]
    pin: bool
    protected: bool | None

    def values(self) -> dict[str, object]:
        """The values to store. Raises AppError for an invalid name, UsageError for two kinds of cluster."""
        values: dict[str, object] = {key: value for key, value in self.texts.items() if value}
        for key, what in (("namespace", "a namespace"), ("sandbox", "a sandbox")):
            if key in values:
                check_name(what, self.texts[key])
        _check_server(self.texts.get("server", ""))
        if self.protected is not None:
            values["protected"] = self.protected
        if "sandbox" in values and values.keys() & {"context", "server"}:
            raise UsageError("--sandbox cannot be used with --context or --server")
        return values


def _check_server(server: str) -> None:
    if may_hold_credentials(server):
        raise UsageError(f"--server {PROBLEM}", hint=HINT)
    if server and not is_server_url(server):
        raise UsageError("--server is not the URL of an API server", hint="write https://HOST:PORT")


def change_environment(
    runtime: Runtime, flags: ClusterFlags, name: str, settings: Settings, *, yes: bool
) -> None:
    """`env set`: store the given values; another cluster removes the old pin, `pin` sets a new one."""
    app = runtime.app()
    environment = load_environment(app, name)
    values = settings.values()
    obsolete = superseded(key for key, value in values.items() if value != _current(environment, key))
    if settings.pin:
        values.update(_new_pin(runtime, flags, environment, values))
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
    runtime: Runtime, flags: ClusterFlags, environment: Environment, values: Mapping[str, object]
) -> dict[str, str]:
    old = environment.destination
    if "sandbox" in values or (old.sandbox and not values.keys() & {"context", "server"}):
        raise UsageError("a sandbox cannot be pinned: it runs only on this machine")
    context = str(values.get("context") or old.context)
    server = str(values.get("server") or ("" if "context" in values else old.server))
    cluster = Connector(runtime, flags).destination(Destination(context=context, server=server), log_event)
    identity = cluster.identity()
    if old.cluster_id and old.cluster_id != identity.uid:
        log(f"pin changed from {old.cluster_id} to {identity.uid}", Style.WARN)
    else:
        log(f"pinned to cluster {identity.uid} at {cluster.server}")
    return {"server": cluster.server, "clusterId": identity.uid}


def remove_environment(runtime: Runtime, name: str, *, yes: bool) -> None:
    """`env rm`: remove the environment's own files, unless others extend it."""
    app = runtime.app()
    check_removable(app, load_environment(app, name))
    confirm(runtime, f"Remove environment '{name}' and its parameters?", yes=yes)
    write_edits(app.root, lambda: environment_edit.remove_environment(app, name))
    log(f"removed environment {name}; objects that were applied stay on their cluster")
