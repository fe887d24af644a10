"""`dlctl status ENV...`."""

import sys
from collections import Counter
from dataclasses import dataclass

import typer

from dlctl.cli.arguments.options import (
    Components,
    Context,
    Environments,
    KubeconfigFile,
    RequestTimeout,
    TableOutput,
)
from dlctl.cli.cluster_flags import access_for, distinct, open_app
from dlctl.cli.commands.table import application
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.many import each, fail
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style, styled
from dlctl.cli.output.table import TableFormat, table
from dlctl.cli.runtime import runtime_of
from dlctl.deploy.model import ObjectStatus
from dlctl.deploy.report import status_report
from dlctl.plan.model import Scope
from dlctl.status import Status
from dlctl.workflow.online import scope_of, target_status
from dlctl.workflow.render import Selection, render_target

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
    runtime = runtime_of(ctx)
    app_now, catalogue = open_app(runtime)
    selection = Selection(tuple(component or ()))
    access = access_for(runtime, kubeconfig, context, request_timeout)

    def look(name: str) -> _Seen:
        rendering = render_target(app_now, catalogue, name, selection)
        scope = scope_of(rendering.target, selection)
        return _Seen(name, scope, target_status(rendering, selection, access))

    seen, errors = each(distinct(environments), look, str)
    if seen and output is TableFormat.JSON:
        items = [status_report(entry.scope, entry.objects) for entry in seen]
        write_document(runtime, "StatusList", items=items, errors=errors)
    elif seen:
        _print(seen)
    if errors:
        fail(errors)


@dataclass(frozen=True, slots=True)
class _Seen:
    environment: str
    scope: Scope
    objects: tuple[ObjectStatus, ...]


def _print(seen: list[_Seen]) -> None:
    rows = [_row(entry.environment, found) for entry in seen for found in entry.objects]
    table(("ENV", "COMPONENT", "OBJECT", "NAMESPACE", "STATUS", "MESSAGE"), rows, "nothing is rendered")
    states = Counter(found.verdict.status.value for entry in seen for found in entry.objects)
    if states:
        log(", ".join(f"{count} {state}" for state, count in sorted(states.items())))


def _row(environment: str, entry: ObjectStatus) -> tuple[str, ...]:
    state = entry.verdict.status
    extra = " (not rendered)" if entry.extra else ""
    style = _STYLES.get(state)
    shown = styled(state.value, style, sys.stdout) if style else state.value
    name = f"{entry.ref.kind}/{entry.ref.name}{extra}"
    return environment, entry.component, name, entry.ref.namespace, shown, entry.verdict.message
