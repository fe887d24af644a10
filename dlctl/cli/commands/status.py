"""`dlctl status ENV...`."""

from collections import Counter
from collections.abc import Sequence

import typer

from dlctl.cli.arguments.options import (
    AllEnvironments,
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
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.output.views.outcomes import fail, log_not_started
from dlctl.cli.runtime import runtime_of
from dlctl.cli.session import environments_of, open_session
from dlctl.plan.live.status import ObjectStatus
from dlctl.plan.view.masked_status import MaskedStatus
from dlctl.plan.view.status_report import status_report
from dlctl.status import Status
from dlctl.workflow.many import MAX_PARALLEL, Limits, run_many
from dlctl.workflow.render import Selection
from dlctl.workflow.status import environment_status

app = application()

_STYLES = {
    Status.CURRENT: Style.GOOD,
    Status.IN_PROGRESS: Style.WARN,
    Status.FAILED: Style.BAD,
    Status.NOT_FOUND: Style.BAD,
}


@app.command(epilog="Examples: dlctl status gke; dlctl status gke -c cnn -o json; dlctl status --all")
def status(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    component: Components = None,
    output: TableOutput = TableFormat.TABLE,
    max_parallel: MaxParallel = MAX_PARALLEL,
    stop_after: StopAfter = 0,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """List an environment's objects with their status on the cluster.

    Current: matches its spec. InProgress: not yet. Failed: will not become current by itself. NotFound:
    not applied. Objects that are no longer rendered are marked '(not rendered)'.
    """
    selection = Selection(tuple(component or ()))
    runtime = runtime_of(ctx)
    with LiveProgress() as progress:
        session = open_session(runtime, ClusterFlags(kubeconfig, context, request_timeout), progress)
        names = environments_of(session.app, environments, all_=all_)
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
        _print(outcomes.results)
    log_not_started(outcomes)
    if outcomes.errors:
        fail(outcomes.errors)


def _print(each: Sequence[MaskedStatus]) -> None:
    rows = [_row(states.scope.environment, found) for states in each for found in states.objects]
    table(("ENV", "COMPONENT", "OBJECT", "NAMESPACE", "STATUS", "MESSAGE"), rows, "no objects")
    counts = Counter(found.verdict.status.value for states in each for found in states.objects)
    if counts:
        log(", ".join(f"{count} {state}" for state, count in sorted(counts.items())))


def _row(environment: str, entry: ObjectStatus) -> tuple[str | Cell, ...]:
    state = entry.verdict.status
    extra = " (not rendered)" if entry.extra else ""
    shown = Cell(state.value, _STYLES.get(state))
    name = f"{entry.ref.kind}/{entry.ref.name}{extra}"
    return environment, entry.component, name, entry.ref.namespace, shown, entry.verdict.message
