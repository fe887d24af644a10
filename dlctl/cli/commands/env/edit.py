"""`dlctl env set`."""

from collections.abc import Mapping

from msgspec import Struct

from dlctl.app.environment_edit import set_environment, superseded
from dlctl.app.environments import load_environment
from dlctl.app.model import Environment
from dlctl.app.names import check_name
from dlctl.cli.commands.env.cluster_change import (
    check_server,
    log_changed_cluster,
    warn_of_objects_in_the_old_namespace,
    warn_of_unknown_cluster,
)
from dlctl.cli.commands.env.new_pin import confirm_pin, new_pin
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.file_edits import write_edits
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.errors import UsageError


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
    """`env set`: store the given values; the pin stays until `pin` sets a new one."""
    app = runtime.app()
    environment = load_environment(app, name)
    values = settings.values()
    if settings.cluster_id and not settings.pin:
        raise UsageError("--cluster-id is used with --pin", hint="add --pin")
    obsolete = superseded(key for key, value in values.items() if value != _current(environment, key))
    pin = None
    if settings.pin:
        pin = new_pin(Connector(runtime, flags), environment, values, settings.cluster_id)
        values.update(pin.values)
    if not values:
        raise UsageError("nothing to set", hint="'dlctl env set --help' lists the settings")
    if environment.protected:
        confirm(runtime, f"Change protected environment '{name}'?", yes=yes)
    if pin is not None and pin.doubt:
        confirm_pin(runtime, name, pin, settings.texts)
    warn_of_unknown_cluster(runtime, flags, values)
    root = runtime.root()
    if not write_edits(root, lambda: [set_environment(root, name, values, obsolete)]):
        log(f"environment {name} unchanged")
    if pin is not None:
        log(pin.result, Style.WARN if pin.replaces else None)
    log_changed_cluster(app, environment, load_environment(app, name).destination, pinned=pin is not None)
    if values.get("namespace", environment.namespace) != environment.namespace:
        warn_of_objects_in_the_old_namespace(app, environment, flags, runtime)


def _current(environment: Environment, key: str) -> object:
    destination = environment.destination
    known = {"context": destination.context, "server": destination.server, "sandbox": destination.sandbox}
    return known.get(key)
