"""Add, change and remove environments."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from dlctl.app.edit import environment_file, new_file, params_file
from dlctl.app.environment_template import PARAMS_TEXT, environment_text
from dlctl.app.environments import environment_names, load_environment
from dlctl.app.model import App, Destination, Environment
from dlctl.app.names import check_environment_name, check_name
from dlctl.cli.commands.env_pin import pinned
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.file_edits import write_edits
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.errors import AppError, UsageError
from dlctl.files.presence import file_exists
from dlctl.files.write import FileChange

CLUSTER_FILE = "cluster.yaml"


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
    _refuse_existing(app, name)
    if sandbox and (flags.context or server):
        raise UsageError("--sandbox cannot be used with --context or --server")
    if sandbox:
        destination = Destination(sandbox=check_name("a sandbox", sandbox))
    else:
        connector = Connector(runtime, flags)
        context = connector.chosen_context(server)
        destination = pinned(connector, name, context, server, required=required)
        namespace = namespace or context.namespace
    write_environment(runtime.root(), app, name, destination, namespace or "default")


def write_environment(root: Path, app: App, name: str, destination: Destination, namespace: str) -> None:
    """Write the files of a new environment."""
    check_name("a namespace", namespace)

    def compute() -> Sequence[FileChange]:
        _refuse_existing(app, name)
        changes = [new_file(root, environment_file(name), environment_text(destination, namespace))]
        if not file_exists(root / params_file(name), params_file(name)):
            changes.append(new_file(root, params_file(name), PARAMS_TEXT))
        return changes

    write_edits(root, compute)
    where = f"sandbox {destination.sandbox}" if destination.sandbox else f"context {destination.context}"
    log(f"added environment {name}: {where}, namespace {namespace}", Style.GOOD)


def change_environment(
    runtime: Runtime,
    flags: ClusterFlags,
    name: str,
    changes: Mapping[str, str],
    *,
    pin: bool,
    protected: bool | None,
    yes: bool,
) -> None:
    """`env set`: store the given values; a new cluster removes the old pin, `pin` sets a new one."""
    app = runtime.app()
    environment = load_environment(app, name)
    values: dict[str, object] = {key: value for key, value in changes.items() if value}
    for key, what in (("namespace", "a namespace"), ("sandbox", "a sandbox")):
        if key in values:
            check_name(what, changes[key])
    if protected is not None:
        values["protected"] = protected
    obsolete = _superseded(values)
    if pin:
        values.update(_new_pin(runtime, flags, environment, values))
    if not values:
        raise UsageError("nothing to set", hint="'dlctl env set --help' lists the settings")
    if environment.protected:
        confirm(runtime, f"Change protected environment '{name}'?", yes=yes)
    root, file = runtime.root(), environment_file(name)

    def compute() -> Sequence[FileChange]:
        return [_changed(root, file, values, obsolete - values.keys())]

    if not write_edits(root, compute):
        log(f"environment {name} unchanged")


def _superseded(values: Mapping[str, object]) -> set[str]:
    """Keys that become obsolete when these values are set."""
    if "sandbox" in values and values.keys() & {"context", "server"}:
        raise UsageError("--sandbox cannot be used with --context or --server")
    if "sandbox" in values:
        return {"context", "server", "clusterId"}
    if "context" in values:
        return {"sandbox", "server", "clusterId"}
    return {"sandbox", "clusterId"} if "server" in values else set()


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


def _changed(root: Path, file: str, values: Mapping[str, object], obsolete: set[str]) -> FileChange:
    from dlctl.yamlio.edit.change import remove, set_value
    from dlctl.yamlio.load import load_text, read_text

    text = read_text(root / file, file)
    before = text.encode("utf-8")
    for key, value in values.items():
        text = set_value(text, (key,), value, shown=file)
    for key in sorted(obsolete):
        if key in (load_text(text, file).value or {}):
            text = remove(text, (key,), shown=file)
    return FileChange(root / file, before, text.encode("utf-8"))


def remove_environment(runtime: Runtime, name: str, *, yes: bool) -> None:
    """`env rm`: remove the environment's own files, unless others extend it."""
    app = runtime.app()
    environment = load_environment(app, name)
    _refuse_link(app, name)
    for other in environment_names(app):
        if other != name and name in load_environment(app, other).extends:
            raise AppError(
                f"environment '{other}' extends '{name}'",
                location=load_environment(app, other).location,
                hint="first remove it from 'extends' there",
            )
    confirm(runtime, f"Remove environment '{name}' and its parameters?", yes=yes)

    def compute() -> Sequence[FileChange]:
        files = (environment_file(name), params_file(name), f"environments/{name}/{CLUSTER_FILE}")
        existing = [app.root / file for file in files if (app.root / file).is_file()]
        return [FileChange(path, path.read_bytes(), None) for path in existing]

    write_edits(app.root, compute)
    _remove_empty(environment.folder, app.environments_folder)
    log(f"removed environment {name}; objects that were applied stay on their cluster")


def _refuse_link(app: App, name: str) -> None:
    """Refuse a symbolic link: it may point to another environment's files."""
    for part in (app.environments_folder / name, *(app.environments_folder / name).parents):
        if part == app.environments_folder:
            break
        if part.is_symlink():
            shown = part.relative_to(app.root).as_posix()
            raise AppError(
                f"{shown} is a symbolic link to {part.readlink()}",
                hint="to remove only the link: rm  " + shown,
            )


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _refuse_existing(app: App, name: str) -> None:
    if file_exists(app.root / environment_file(name), environment_file(name)):
        raise AppError(
            f"environment '{name}' already exists",
            hint=f"change it with 'dlctl env set {name}', or remove it with 'dlctl env rm {name}'",
        )
