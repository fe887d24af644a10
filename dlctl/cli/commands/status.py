"""`dlctl status ENV...`."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import (
    Components,
    Context,
    Environments,
    KubeconfigFile,
    MaxParallel,
    RequestTimeout,
    StopAfter,
    TableOutput,
)
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.outcomes import fail, log_not_started
from dlctl.cli.output.views.status import print_status
from dlctl.cli.runtime import runtime_of
from dlctl.cli.session import environments_of, open_session
from dlctl.plan.view.status_report import status_report
from dlctl.workflow.many import MAX_PARALLEL, Limits, run_many
from dlctl.workflow.render import Selection
from dlctl.workflow.status import environment_status

app = application()


@app.command(
    epilog="Examples: dlctl status gke; dlctl status gke -c cnn -o json; dlctl status gke --all; "
    "dlctl status gke --drift; dlctl status gke --suggest"
)
def status(
    ctx: typer.Context,
    environments: Environments = None,
    all_: Annotated[
        bool,
        typer.Option(
            "--all", help="All environments of the app that have a cluster; with ENV: all their objects."
        ),
    ] = False,
    all_objects: Annotated[
        bool, typer.Option("--all-objects", help="List every object, and not only what is not ready.")
    ] = False,
    drift: Annotated[
        bool,
        typer.Option("--drift", help="List fields that others changed since the last apply, or added."),
    ] = False,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print 'drift' rules for fields that others changed.")
    ] = False,
    component: Components = None,
    output: TableOutput = TableFormat.TABLE,
    max_parallel: MaxParallel = MAX_PARALLEL,
    stop_after: StopAfter = 0,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """Show the components of an environment: how many of their objects are ready, and which are not.

    Current: matches its spec. InProgress: not yet. Failed: will not become current by itself. NotFound:
    not applied. Unknown: could not be read. The exit code is 0 for each of these. Objects that are no longer
    rendered are marked '(not rendered)'.
    """
    selection = Selection(tuple(component or ()))
    runtime = runtime_of(ctx)
    if drift or suggest:
        from dlctl.cli.commands.status_drift import status_drift

        flags = ClusterFlags(kubeconfig, context, request_timeout)
        limits = Limits(max_parallel, stop_after)
        every = all_ and not environments
        status_drift(runtime, flags, environments, selection, limits, output, every=every, suggest=suggest)
        return
    with LiveProgress() as progress:
        session = open_session(runtime, ClusterFlags(kubeconfig, context, request_timeout), progress)
        names = environments_of(session.app, environments, all_=all_ and not environments)
        outcomes = run_many(
            names,
            progress.until_finished(lambda name: environment_status(session, name, selection)),
            Limits(max_parallel, stop_after),
        )
    if outcomes.interrupted:
        raise KeyboardInterrupt
    if output is TableFormat.JSON and outcomes.results:
        items = [status_report(states) for states in outcomes.results]
        write_document(runtime, "StatusList", items=items, errors=outcomes.errors)
    elif output is TableFormat.TABLE and outcomes.results:
        print_status(outcomes.results, everything=all_objects or (all_ and bool(environments)))
    log_not_started(outcomes)
    if outcomes.errors:
        fail(outcomes.errors)
