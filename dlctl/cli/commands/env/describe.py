"""`dlctl env describe`."""

from dlctl.app.environments import load_environment
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.environments import print_environment
from dlctl.cli.runtime import Runtime
from dlctl.workflow.pin_state import PinState, pin_state


def describe_environment(
    runtime: Runtime, flags: ClusterFlags, name: str, output: TableFormat, *, offline: bool
) -> None:
    """`env describe`: the settings, and, unless `offline`, the pin against the cluster that answers."""
    app = runtime.app()
    environment = load_environment(app, name)
    state: PinState | None = None
    if not offline and environment.destination.is_set:
        state = pin_state(environment, Connector(runtime, flags), log_event)
    print_environment(runtime, environment, state, output)
