"""`dlctl env rm`."""

from msgspec import Struct

from dlctl.app import environment_edit
from dlctl.app.environment_edit import check_removable
from dlctl.app.environments import environment_names, load_target
from dlctl.cli.commands.env.cluster_change import warn_of_applied_objects
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.file_edits import write_edits
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import log
from dlctl.cli.runtime import Runtime
from dlctl.text import shown_name


class Removal(Struct, frozen=True):
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
    confirm(runtime, f"Remove environment '{name}' and its parameters?", yes=removal.yes)
    write_edits(app.root, lambda: environment_edit.remove_environment(app, name))
    log(f"removed environment {name}; objects that were applied stay on their cluster")
