"""`dlctl env add`."""

from msgspec import Struct

from dlctl.app import environment_edit
from dlctl.app.environment_edit import refuse_existing
from dlctl.app.environments import DEFAULT_NAMESPACE, environment_names, load_environment
from dlctl.app.file_schemas import schema_files
from dlctl.app.model import Destination
from dlctl.app.names import check_environment_name, check_name
from dlctl.cli.commands.env.cluster_change import check_server, warn_of_unknown_sandbox
from dlctl.cli.commands.env.pin import pinned
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.file_edits import write_edits
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.errors import KubeconfigError, UsageError
from dlctl.params.typed_schemas import typed_schemas


class NewEnvironment(Struct, frozen=True):
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
        """Raise UsageError for options that cannot be used together, AppError for an invalid name."""
        check_environment_name(self.name)
        if self.sandbox and (flags.context or self.server):
            raise UsageError("--sandbox cannot be used with --context or --server")
        if self.no_cluster and (flags.context or self.server or self.sandbox or self.required):
            raise UsageError(
                "--no-cluster cannot be used with an option that names a cluster",
                hint="such an environment is only extended by others",
            )
        check_server(self.server)
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
    schemas = schema_files(typed_schemas(app, runtime.catalogue()))
    write_edits(app.root, lambda: environment_edit.add_environment(app, files, schemas))
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
