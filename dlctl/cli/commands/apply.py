"""`dlctl apply ENV...`."""

from functools import partial
from typing import Annotated

import typer

from dlctl.cli.arguments.dry_run import DryRunCommand
from dlctl.cli.arguments.durations import Duration
from dlctl.cli.arguments.options import (
    Components,
    Context,
    Environments,
    KubeconfigFile,
    RequestTimeout,
    Set,
    SkipIdentity,
    Yes,
)
from dlctl.cli.cluster_flags import access_for, distinct, open_app
from dlctl.cli.commands.diff import DiffFormat, show_plans
from dlctl.cli.commands.protected import as_agreed, ask
from dlctl.cli.commands.table import application
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.many import each, fail
from dlctl.cli.output.outcomes import finish, log_result, run_each, run_errors
from dlctl.cli.output.progress import LiveReport
from dlctl.cli.output.streams import log
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.deploy.model import Report
from dlctl.deploy.preconditions import refuse_blocked
from dlctl.deploy.report import run_report
from dlctl.render.target import Rendering
from dlctl.workflow.online import Access, Planned, apply_planned, plan_target
from dlctl.workflow.render import Selection, render_target

app = application()


@app.command(
    cls=DryRunCommand,
    epilog="Examples: dlctl apply minikube; dlctl apply gke -c cnn; dlctl apply gke --dry-run; "
    "dlctl apply minikube gke --yes",
)
def apply(
    ctx: typer.Context,
    environments: Environments,
    component: Components = None,
    set_: Set = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the diff, write nothing; fails where apply would refuse.")
    ] = False,
    output: Annotated[DiffFormat, typer.Option("-o", "--output", help="Format.")] = DiffFormat.TEXT,
    force_conflicts: Annotated[
        bool, typer.Option("--force-conflicts", help="Take fields that other managers own.")
    ] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Take over existing objects that carry no dlctl labels.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete and create again what cannot be changed in place.")
    ] = False,
    create_namespace: Annotated[
        bool, typer.Option("--create-namespace/--no-create-namespace", help="Make missing namespaces.")
    ] = True,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout", metavar="DURATION", click_type=Duration(least="1s"), help="Wait this long for a CRD."
        ),
    ] = 60,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """Apply an environment's components to its cluster, by server-side apply, in waves.

    Nothing is written where the cluster is not the one that the environment is pinned to, where an
    object is somebody else's, or where another manager owns a field. Applying again changes nothing.
    """
    runtime = runtime_of(ctx)
    app_now, catalogue = open_app(runtime)
    selection = Selection(tuple(component or ()), tuple(set_ or ()))
    access = access_for(
        runtime,
        kubeconfig,
        context,
        request_timeout,
        skip_identity_check=skip_identity,
        create_namespace=create_namespace,
        adopt=adopt,
        force_conflicts=force_conflicts,
        replace=replace,
    )
    renderings = [render_target(app_now, catalogue, name, selection) for name in distinct(environments)]
    planned, errors = each(
        renderings, lambda rendering: _plan(rendering, selection, access, writing=not dry_run), _environment
    )
    if dry_run:
        errors += each(planned, lambda entry: refuse_blocked(entry.plan), lambda entry: entry.environment)[1]
        show_plans(runtime, planned, errors, output)
    if errors:
        fail(errors, closing="nothing was applied to any of them" if len(renderings) > 1 else "")
    if not dry_run:
        pairs = list(zip(planned, renderings, strict=True))
        asked = [ask(runtime, rendering, entry, yes=yes) for entry, rendering in pairs]
        confirmed = [
            as_agreed(entry, partial(_plan, rendering, selection, access, writing=True))
            if answered
            else entry
            for answered, (entry, rendering) in zip(asked, pairs, strict=True)
        ]
        _carry_out(runtime, confirmed, access, timeout, output)


def _environment(rendering: Rendering) -> str:
    return rendering.target.environment.name


def _plan(rendering: Rendering, selection: Selection, access: Access, *, writing: bool) -> Planned:
    with LiveReport(_environment(rendering), quiet=True) as live:
        planned = plan_target(rendering, selection, access, writing=writing, emit=live.emit)
    if writing:
        refuse_blocked(planned.plan)
    return planned


def _carry_out(
    runtime: Runtime, planned: list[Planned], access: Access, timeout: float, output: DiffFormat
) -> None:
    """Apply one environment after the other: all are planned, none refused, before the first write."""
    reports = run_each(planned, lambda entry: _apply(entry, access, timeout, output))
    if output is DiffFormat.JSON:
        pairs = zip(reports, planned, strict=False)
        items = [run_report(report, entry.redactor) for report, entry in pairs]
        write_document(runtime, "ReportList", items=items, errors=run_errors(planned, reports))
    finish(planned, reports)


def _apply(planned: Planned, access: Access, timeout: float, output: DiffFormat) -> Report:
    with LiveReport(planned.environment, quiet=output is DiffFormat.JSON) as live:
        for note in planned.plan.notes:
            log(f"note: {planned.redactor.mask_text(note)}")
        report = apply_planned(planned, access, timeout, live.emit)
    log_result(planned, report)
    return report
