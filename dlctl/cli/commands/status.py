"""`dlctl status ENV...`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlctl.cli.arguments.options import (
    AllOrObjects,
    Components,
    Context,
    Environments,
    KubeconfigFile,
    MaxParallel,
    RequestTimeout,
    StopAfter,
    TableOutput,
)
from dlctl.cli.arguments.waiting import Timeout, Wait, WaitFor, deadline_of, goal_of, request_limit
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.outcomes import fail, log_not_started
from dlctl.cli.output.views.status import print_status
from dlctl.cli.runtime import runtime_of
from dlctl.cli.session import environments_of, open_session
from dlctl.errors import DlctlError
from dlctl.workflow.many import MAX_PARALLEL, Limits, run_many
from dlctl.workflow.render import Selection
from dlctl.workflow.status import Asked, EnvironmentStatus, environment_status

if TYPE_CHECKING:
    from dlctl.deploy.goal import Goal

app = application()


@app.command(
    epilog="Examples: dlctl status gke; dlctl status gke -c cnn -o json; dlctl status gke --all; "
    "dlctl status gke --wait --timeout 10m; dlctl status gke --exit-status; dlctl status gke --drift; "
    "dlctl status gke --suggest"
)
def status(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllOrObjects = False,
    all_objects: Annotated[
        bool, typer.Option("--all-objects", help="List every object, and not only what is not ready.")
    ] = False,
    drift: Annotated[
        bool,
        typer.Option(
            "--drift", help="List fields that others changed, added, or removed since the last apply."
        ),
    ] = False,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print 'drift' rules for fields that others changed.")
    ] = False,
    component: Components = None,
    output: TableOutput = TableFormat.TABLE,
    wait: Wait = False,
    wait_for: WaitFor = None,
    timeout: Timeout = 0,
    exit_status: Annotated[
        bool,
        typer.Option(
            "--exit-status",
            help="Exit with 0 if all is ready, 3 if something is in progress, 1 if it failed or is missing.",
        ),
    ] = False,
    max_parallel: MaxParallel = MAX_PARALLEL,
    stop_after: StopAfter = 0,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """Show the components of an environment: how many of their objects are ready, and which are not.

    Current: matches its spec. InProgress: not yet reconciled. Failed: will not become current by itself.
    NotFound: not applied. Unknown: could not be read. The exit code is 0 for each of these, but not with
    --exit-status or --wait. Objects that are no longer rendered are marked '(not rendered)'. A component
    that cannot be rendered, such as one without a required value, is left out with its error, and the exit
    code is 1.
    """
    selection = Selection(tuple(component or ()))
    runtime = runtime_of(ctx)
    limits = Limits(max_parallel, stop_after)
    flags = ClusterFlags(kubeconfig, context, request_limit(request_timeout, timeout))
    if drift or suggest:
        from dlctl.cli.commands.status_drift import refuse_beside_drift, status_drift

        refuse_beside_drift(ctx)
        every = all_ and not environments
        status_drift(runtime, flags, environments, selection, limits, output, every=every, suggest=suggest)
        return
    goal = goal_of(wait=wait, wait_for=wait_for)
    deadline = deadline_of(timeout, waits=goal is not None)
    judged = _asked(goal, deadline, limits) if goal is not None or exit_status else None
    with LiveProgress() as progress:
        session = open_session(runtime, flags, progress)
        names = environments_of(session.app, environments, all_=all_ and not environments)
        outcomes = run_many(
            names,
            progress.until_finished(lambda name: environment_status(session, name, selection, judged)),
            limits,
        )
    if outcomes.interrupted:
        raise KeyboardInterrupt
    errors = (*outcomes.errors, *outcomes.left_out(lambda found: found.failed))
    if output is TableFormat.JSON and outcomes.results:
        other = session.other_clusters(each.states.scope.environment for each in outcomes.results)
        items = _items(outcomes.results)
        write_document(runtime, "StatusList", items=items, errors=(*errors, *other))
    elif output is TableFormat.TABLE and outcomes.results:
        print_status(
            [each.states for each in outcomes.results],
            everything=all_objects or (all_ and bool(environments)),
        )
    log_not_started(outcomes)
    if problems := (*errors, *_unready(outcomes.results)):
        fail(problems)


def _asked(goal: "Goal | None", deadline: float, limits: Limits) -> Asked:
    """How far objects must be: as far as the goal, which is waited for, or the default one."""
    from dlctl.deploy.goal import Goal
    from dlctl.deploy.options import DeployOptions

    options = DeployOptions(deadline=deadline, stop=limits.stop)
    return Asked(goal or Goal.DEFAULT, options, waits=goal is not None)


def _items(results: Sequence[EnvironmentStatus]) -> list[dict[str, Any]]:
    from dlctl.deploy.report import wait_report
    from dlctl.plan.view.status_report import status_report

    return [
        {**status_report(each.states), "waited": wait_report(each.waited) if each.waited else None}
        for each in results
    ]


def _unready(results: Sequence[EnvironmentStatus]) -> Iterator[DlctlError]:
    """Why environments are not as far as they must be; what of them is not is printed."""
    for each in results:
        error = each.waited.error() if each.waited is not None else None
        if each.waited is not None and error is not None:
            from dlctl.cli.output.views.waited import log_waited

            environment = each.states.scope.environment
            log_waited(environment, each.waited)
            yield error.with_message(f"{environment}: {error.message}").with_problems(())
