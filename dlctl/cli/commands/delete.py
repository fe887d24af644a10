"""`dlctl delete ENV...`."""

from typing import Annotated

import typer

from dlctl.app.environments import load_target
from dlctl.cli.arguments.dry_run import DryRunCommand
from dlctl.cli.arguments.durations import Duration
from dlctl.cli.arguments.options import (
    Components,
    Context,
    Environments,
    KubeconfigFile,
    RequestTimeout,
    SkipIdentity,
    Yes,
)
from dlctl.cli.cluster_flags import access_for, distinct, open_app
from dlctl.cli.commands.diff import DiffFormat, show_plans, summary
from dlctl.cli.commands.table import application
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.many import each, fail
from dlctl.cli.output.outcomes import finish, log_result, run_each, run_errors
from dlctl.cli.output.progress import LiveReport
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import data, log
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.deploy.model import Report
from dlctl.deploy.report import run_report
from dlctl.errors import DlctlError
from dlctl.plan.view.text import title
from dlctl.suggest import listed
from dlctl.workflow.delete import delete_planned, plan_deletion
from dlctl.workflow.online import Planned
from dlctl.workflow.render import Selection

app = application()


@app.command(cls=DryRunCommand, epilog="Examples: dlctl delete minikube; dlctl delete gke -c cnn --yes")
def delete(
    ctx: typer.Context,
    environments: Environments,
    component: Components = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would be deleted.")] = False,
    output: Annotated[DiffFormat, typer.Option("-o", "--output", help="Format.")] = DiffFormat.TEXT,
    prune_protected: Annotated[
        bool,
        typer.Option("--prune-protected", help="Also delete Namespaces, CRDs, volumes and claims."),
    ] = False,
    all_namespaces: Annotated[
        bool,
        typer.Option("-A", "--all-namespaces", help="Also in namespaces that are not the environment's."),
    ] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until the objects are gone.")] = True,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout",
            metavar="DURATION",
            click_type=Duration(least="1s"),
            help="Wait this long for each wave.",
        ),
    ] = 60,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """Delete what this app applied to an environment, the last applied first.

    Only objects that carry this app's and environment's labels are touched, also those of components
    that are disabled or gone from dlctl.yaml. Namespaces, CRDs, volumes and claims are left alone.
    """
    runtime = runtime_of(ctx)
    app_now, _ = open_app(runtime)
    selection = Selection(tuple(component or ()))
    access = access_for(runtime, kubeconfig, context, request_timeout, skip_identity_check=skip_identity)
    targets = [load_target(app_now, name) for name in distinct(environments)]
    planned, errors = each(
        targets,
        lambda target: plan_deletion(
            target,
            selection,
            access,
            writing=not dry_run,
            prune_protected=prune_protected,
            everywhere=all_namespaces,
        ),
        lambda target: target.environment.name,
    )
    if dry_run:
        _show(runtime, planned, errors, output)
    if errors:
        fail(errors, closing="nothing was deleted from any of them" if len(targets) > 1 else "")
    if dry_run:
        return
    for entry, target in zip(planned, targets, strict=True):
        if entry.plan.steps:
            confirm(runtime, _question(entry, protected=target.environment.protected), yes=yes)
    reports = run_each(planned, lambda entry: _delete(entry, timeout, wait, output))
    if output is DiffFormat.JSON:
        items = [run_report(report) for report in reports]
        write_document(runtime, "ReportList", items=items, errors=run_errors(planned, reports))
    finish(planned, reports)


def _question(planned: Planned, *, protected: bool) -> str:
    count = len(planned.plan.steps)
    names = listed(title(step.ref) for step in planned.plan.steps)
    word = "protected environment " if protected else ""
    where = f"{word}{planned.environment} on {planned.cluster.server}"
    return f"Delete {count} {'object' if count == 1 else 'objects'} of {where}: {names}?"


def _show(runtime: Runtime, planned: list[Planned], errors: list[DlctlError], output: DiffFormat) -> None:
    if output is DiffFormat.JSON:
        show_plans(runtime, planned, errors, output)
        return
    for entry in planned:
        for step in entry.plan.steps:
            data(f"{entry.environment}: {title(step.ref)} would be deleted\n")
        _notes(entry)
        log(f"{entry.environment}: {summary(entry.plan)}")


def _delete(planned: Planned, timeout: float, wait: bool, output: DiffFormat) -> Report:
    with LiveReport(planned.environment, quiet=output is DiffFormat.JSON) as live:
        _notes(planned)
        report = delete_planned(planned, timeout, wait=wait, emit=live.emit)
    log_result(planned, report)
    return report


def _notes(planned: Planned) -> None:
    for note in planned.plan.notes:
        log(f"note: {note}")
