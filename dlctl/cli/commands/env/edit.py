"""Add, change and remove environments."""

from collections.abc import Mapping
from dataclasses import dataclass

from dlctl.app import environment_edit
from dlctl.app.environment_edit import check_removable, refuse_existing, set_environment, superseded
from dlctl.app.environments import DEFAULT_NAMESPACE, environment_names, load_environment, load_target
from dlctl.app.model import Destination, Environment
from dlctl.app.names import check_environment_name, check_name
from dlctl.cli.commands.env.cluster_change import (
    confirm_other_pin,
    log_changed_cluster,
    warn_of_applied_objects,
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
from dlctl.errors import KubeconfigError, PlanError, UsageError
from dlctl.server_url import HINT, PROBLEM, may_hold_credentials
from dlctl.text import shown_name


@dataclass(frozen=True, slots=True)
class NewEnvironment:
    """The arguments of `env add`: which cluster (`required` to answer), if any, and what it extends."""

    name: str
    namespace: str
    server: str
    sandbox: str
    extends: tuple[str, ...]
    no_cluster: bool
    required: bool
    if_missing: bool

    def check(self, flags: ClusterFlags) -> None:
        """Raise UsageError for options that exclude each other, AppError for an invalid name."""
        check_environment_name(self.name)
        if self.sandbox and (flags.context or self.server):
            raise UsageError("--sandbox cannot be used with --context or --server")
        if self.no_cluster and (flags.context or self.server or self.sandbox or self.required):
            raise UsageError(
                "--no-cluster cannot be used with an option that names a cluster",
                hint="such an environment is only extended by others",
            )
        _check_server(self.server)
        if self.namespace:
            check_name("a namespace", self.namespace)
        if self.sandbox:
            check_name("a sandbox", self.sandbox)


def add_environment(runtime: Runtime, flags: ClusterFlags, new: NewEnvironment) -> None:
    """`env add`: choose the destination, pin it if the cluster can be reached, write the files."""
    new.check(flags)
    app = runtime.app()
    if new.if_missing and new.name in environment_names(app):
        log(f"environment '{new.name}' already exists; nothing was changed")
        return
    refuse_existing(app, new.name)
    destination, namespace = _destination(runtime, flags, new)
    files = environment_edit.NewFiles(new.name, destination, namespace, new.extends)
    write_edits(app.root, lambda: environment_edit.add_environment(app, files))
    log(f"added environment {new.name}: {_where(destination)}, namespace {namespace}", Style.GOOD)


def _destination(runtime: Runtime, flags: ClusterFlags, new: NewEnvironment) -> tuple[Destination, str]:
    """The destination of a new environment, and its namespace: given, of the context, of what it extends.

    Raises ClusterError.
    """
    parents = [load_environment(runtime.app(), name).namespace for name in new.extends]
    usual = next((name for name in reversed(parents) if name != DEFAULT_NAMESPACE), DEFAULT_NAMESPACE)
    if new.sandbox:
        warn_of_unknown_sandbox(runtime, new.sandbox)
        return Destination(sandbox=new.sandbox), new.namespace or usual
    if new.no_cluster:
        return Destination(), new.namespace or usual
    connector = Connector(runtime, flags)
    try:
        context = connector.chosen_context(new.server)
    except KubeconfigError as error:
        mend = "add an environment without a cluster, which others extend, with --no-cluster"
        error.hint = f"{error.hint}; or {mend}" if error.hint else mend
        raise
    namespace = check_name("a namespace", new.namespace or context.namespace or usual)
    return pinned(connector, new.name, context, new.server, required=new.required), namespace


def _where(destination: Destination) -> str:
    if not destination.is_set:
        return "no cluster"
    return f"sandbox {destination.sandbox}" if destination.sandbox else f"context {destination.context}"


@dataclass(frozen=True, slots=True)
class Settings:
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
        _check_server(self.texts.get("server", ""))
        if self.protected is not None:
            values["protected"] = self.protected
        if "sandbox" in values and values.keys() & {"context", "server"}:
            raise UsageError("--sandbox cannot be used with --context or --server")
        return values


def _check_server(server: str) -> None:
    if may_hold_credentials(server):
        raise UsageError(f"--server {PROBLEM}", hint=HINT)


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
        if not (expected or elsewhere):
            confirm_other_pin(runtime, environment.name, old.cluster_id, identity.uid, cluster.server)
        log(f"pin changed from {old.cluster_id} to {identity.uid}", Style.WARN)
    else:
        log(f"pinned to cluster {identity.uid} at {cluster.server}")
    return {"server": cluster.server, "clusterId": identity.uid}


@dataclass(frozen=True, slots=True)
class Removal:
    """The options of `env rm`: do not ask the cluster, do not fail where there is nothing, do not prompt."""

    offline: bool
    if_exists: bool
    yes: bool


def remove_environment(runtime: Runtime, flags: ClusterFlags, name: str, removal: Removal) -> None:
    """`env rm`: remove the environment's own files, unless others extend it.

    Objects that are on its cluster are named first.
    """
    app = runtime.app()
    if removal.if_exists and name not in environment_names(app):
        log(f"environment {shown_name(name)} does not exist; nothing was changed")
        return
    target = load_target(app, name)
    check_removable(app, target.environment)
    if target.environment.destination.is_set and not removal.offline:
        warn_of_applied_objects(target, Connector(runtime, flags))
    yes = removal.yes
    confirm(runtime, f"Remove environment '{name}' and its parameters?", yes=yes)
    write_edits(app.root, lambda: environment_edit.remove_environment(app, name))
    log(f"removed environment {name}; objects that were applied stay on their cluster")
