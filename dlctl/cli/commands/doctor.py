"""`dlctl doctor`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from dlctl.cli.arguments.options import KubeconfigFile, RequestTimeout, TableOutput
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of

if TYPE_CHECKING:  # not imported for completion
    from dlctl.cluster.kubeconfig.load import Kubeconfig
    from dlctl.errors import KubeconfigError
    from dlctl.workflow.doctor.model import Diagnosis

app = application()


@app.command(epilog="Examples: dlctl doctor --offline; dlctl doctor -o json")
def doctor(
    ctx: typer.Context,
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not ask whether the clusters of the contexts answer.")
    ] = False,
    output: TableOutput = TableFormat.TABLE,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 3,
) -> None:
    """Check this machine and the app: what is installed, found and reachable. Nothing is changed.

    Exit code 1 means that something is wrong; warnings are about what may be missing.
    """
    from dlctl.cli.output.views.diagnoses import print_diagnoses
    from dlctl.workflow.doctor.app import app_files
    from dlctl.workflow.doctor.machine import folders, helpers, installed

    runtime = runtime_of(ctx)
    connector = Connector(runtime, ClusterFlags(kubeconfig, "", request_timeout))
    loaded = _kubeconfig(connector)
    found = [
        *installed(),
        *helpers(runtime.environ),
        *folders(runtime.cache_folder, runtime.state_folder),
        *app_files(runtime.root, runtime.app, runtime.catalogue, _if_read(loaded)),
        *_contexts(connector, loaded, offline=offline),
    ]
    raise typer.Exit(print_diagnoses(runtime, found, output))


def _kubeconfig(connector: Connector) -> "Kubeconfig | KubeconfigError":
    from dlctl.errors import KubeconfigError

    try:
        return connector.kubeconfig()
    except KubeconfigError as error:
        return error


def _if_read(loaded: "Kubeconfig | KubeconfigError") -> "Kubeconfig | None":
    return None if isinstance(loaded, Exception) else loaded


def _contexts(
    connector: Connector, loaded: "Kubeconfig | KubeconfigError", *, offline: bool
) -> "Iterator[Diagnosis]":
    from dlctl.events import no_events
    from dlctl.workflow.doctor.contexts import reachable
    from dlctl.workflow.doctor.model import Diagnosis, State

    if isinstance(loaded, Exception):
        yield Diagnosis("contexts", "kubeconfig", State.WARNING, str(loaded), loaded.hint or "")
        return
    names = tuple(loaded.contexts)
    if not names:
        yield Diagnosis("contexts", "kubeconfig", State.WARNING, "there is no context")
    elif offline:
        yield from (Diagnosis("contexts", name, State.OK, "not asked") for name in names)
    else:
        yield from reachable(names, lambda name: connector.context(loaded.select(name), no_events))
