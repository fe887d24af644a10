"""`dlctl status ENV...`."""

import sys
from collections import Counter

import typer

from dlctl.cli.access import access_for, distinct, open_app
from dlctl.cli.commands import application
from dlctl.cli.invoke import world_of
from dlctl.cli.options import Components, Context, Environments, KubeconfigFile, RequestTimeout, TableOutput
from dlctl.cli.output import Style, TableFormat, document, say, styled, table
from dlctl.deploy.model import ObjectStatus
from dlctl.deploy.report import status_report
from dlctl.plan.model import Scope
from dlctl.status import Status
from dlctl.workflow.offline import Selection, redactor_of, render_target
from dlctl.workflow.online import scope_of, target_status

app = application()

_STYLES = {
    Status.CURRENT: Style.GOOD,
    Status.IN_PROGRESS: Style.WARN,
    Status.FAILED: Style.BAD,
    Status.NOT_FOUND: Style.BAD,
}


@app.command(epilog="Examples: dlctl status gke; dlctl status gke -c cnn -o json")
def status(
    ctx: typer.Context,
    environments: Environments,
    component: Components = None,
    output: TableOutput = TableFormat.TABLE,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """List an environment's objects with their state on the cluster.

    Current: as it should be. InProgress: not yet. Failed: will not become so by itself. NotFound:
    not applied. An object that is no longer rendered is marked '(not rendered)'.
    """
    world = world_of(ctx)
    app_now, catalogue = open_app(world)
    selection = Selection(tuple(component or ()))
    access = access_for(world, kubeconfig, context, request_timeout)
    reports = []
    rows: list[tuple[str, ...]] = []
    states: Counter[str] = Counter()
    for name in distinct(environments):
        rendering = render_target(app_now, catalogue, name, selection)
        found = target_status(rendering, selection, access)
        scope: Scope = scope_of(rendering.target, selection)
        reports.append(status_report(scope, found, redactor_of(rendering)))
        rows += [_row(name, entry) for entry in found]
        states.update(entry.verdict.status.value for entry in found)
    if output is TableFormat.JSON:
        document("StatusList", items=reports)
        return
    table(("ENV", "COMPONENT", "OBJECT", "NAMESPACE", "STATUS", "MESSAGE"), rows, "nothing is rendered")
    say(", ".join(f"{count} {state}" for state, count in sorted(states.items())))


def _row(environment: str, entry: ObjectStatus) -> tuple[str, ...]:
    state = entry.verdict.status
    extra = " (not rendered)" if entry.extra else ""
    style = _STYLES.get(state)
    shown = styled(state.value, style, sys.stdout) if style else state.value
    name = f"{entry.ref.kind}/{entry.ref.name}{extra}"
    return environment, entry.component, name, entry.ref.namespace, shown, entry.verdict.message
