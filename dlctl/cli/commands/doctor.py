"""`dlctl doctor`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from dlctl.cli.arguments.options import KubeconfigFile, RequestTimeout, TableOutput
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import Runtime, runtime_of

if TYPE_CHECKING:  # not imported for completion
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
    found = [
        *installed(),
        *helpers(runtime.environ),
        *folders(runtime.cache_folder, runtime.state_folder),
        *app_files(runtime.root, runtime.app, runtime.catalogue),
        *_contexts(runtime, ClusterFlags(kubeconfig, "", request_timeout), offline=offline),
    ]
    raise typer.Exit(print_diagnoses(runtime, found, output))


def _contexts(runtime: Runtime, flags: ClusterFlags, *, offline: bool) -> "Iterator[Diagnosis]":
    from dlctl.errors import KubeconfigError
    from dlctl.events import no_events
    from dlctl.workflow.doctor.contexts import reachable
    from dlctl.workflow.doctor.model import Diagnosis, State

    connector = Connector(runtime, flags)
    try:
        kubeconfig = connector.kubeconfig()
    except KubeconfigError as error:
        yield Diagnosis("contexts", "kubeconfig", State.WARNING, str(error), error.hint or "")
        return
    names = tuple(kubeconfig.contexts)
    if not names:
        yield Diagnosis("contexts", "kubeconfig", State.WARNING, "there is no context")
    elif offline:
        yield from (Diagnosis("contexts", name, State.OK, "not asked") for name in names)
    else:
        yield from reachable(names, lambda name: connector.context(kubeconfig.select(name), no_events))
