"""`dlctl adopt ENV [KIND/NAME...]`."""

from typing import Annotated

import typer

from dlctl.cli.arguments.dry_run import DryRunCommand
from dlctl.cli.arguments.options import (
    Components,
    Context,
    EnvironmentName,
    KubeconfigFile,
    RequestTimeout,
    SkipIdentity,
    Yes,
)
from dlctl.cli.arguments.waiting import LockTimeout
from dlctl.cli.commands.protected import confirm_protected, unchanged_since
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.views.outcomes import fail, finish, log_result, require_results, run_errors
from dlctl.cli.output.views.plan import PlanFormat, print_plan, write_plans
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.cli.session import open_session
from dlctl.deploy.masked import MaskedReport
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.report import run_report
from dlctl.errors import DlctlError
from dlctl.workflow.adopt import plan_adoption
from dlctl.workflow.apply import apply_planned, refuse_planned
from dlctl.workflow.approval import refuse_unsigned_adoption
from dlctl.workflow.locks import Locks
from dlctl.workflow.many import Limits, run_many
from dlctl.workflow.plan import Planned
from dlctl.workflow.rights import require_rights
from dlctl.workflow.session import Session

app = application()


@app.command(
    cls=DryRunCommand,
    epilog="Examples: dlctl adopt gke --dry-run; dlctl adopt gke deploy/web Service/web; "
    "dlctl adopt gke -c web",
)
def adopt(
    ctx: typer.Context,
    environment: EnvironmentName,
    objects: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KIND/NAME...]", help="Only these objects (default: all)."),
    ] = None,
    component: Components = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the diff without writing.")] = False,
    output: Annotated[PlanFormat, typer.Option("-o", "--output", help="Output format.")] = PlanFormat.TEXT,
    lock_timeout: LockTimeout = 60,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """Take over existing objects that kubectl, Helm, ksonnet or another environment of this app created.

    They get the app's labels, and the app becomes their field manager, so that objects removed from the app
    can be pruned from the cluster. Nothing restarts: an object that would change is refused. Labels and
    annotations that the app does not set are removed, with a note.
    """
    runtime = runtime_of(ctx)
    progress = LiveProgress(quiet=output is PlanFormat.JSON)
    flags = ClusterFlags(kubeconfig, context, request_timeout)
    session = open_session(
        runtime, flags, progress, skip_identity_check=skip_identity, approve=refuse_unsigned_adoption
    )
    limits = Limits()
    locks = Locks(session, lock_timeout, limits.stop)

    def plan(name: str) -> Planned:
        if not dry_run:
            locks.look(name)
        return plan_adoption(session, name, objects or (), component or (), writing=not dry_run)

    with progress:
        outcomes = run_many([environment], progress.until_finished(plan), limits)
    (planned,) = require_results(outcomes)
    _refuse(runtime, session, planned, output, dry_run=dry_run)
    if dry_run:
        return
    if confirm_protected(runtime, session, planned, yes=yes):
        planned = unchanged_since(session, planned, plan)

    def execute(name: str) -> MaskedReport:
        locks.take_unchanged(planned, plan)
        report = apply_planned(session, planned, locks.holding(name, DeployOptions(stop=limits.stop)))
        result = MaskedReport(report, planned.redactor, session.notes(name))
        progress.printed(lambda: log_result(result))
        return result

    with locks, progress:
        reports = run_many([environment], progress.until_finished(execute), limits)
    if output is PlanFormat.JSON:
        items = [run_report(report) for report in reports.results]
        write_document(runtime, "ReportList", items=items, errors=run_errors(reports))
    finish(reports)


def _refuse(
    runtime: Runtime, session: Session, planned: Planned, output: PlanFormat, *, dry_run: bool
) -> None:
    """End the command if the plan may not be executed; a dry run shows it first."""
    refused = _refusals(session, planned, dry_run=dry_run)
    if dry_run and output is PlanFormat.JSON:
        write_plans(runtime, [planned.masked(session)], refused)
    elif dry_run:
        print_plan(planned.masked(session))
    if refused:
        fail(refused)


def _refusals(session: Session, planned: Planned, *, dry_run: bool) -> tuple[DlctlError, ...]:
    """What keeps a plan from being executed: the cluster, a step that is refused, rights."""
    try:
        if dry_run:
            session.require_writable(planned.environment)
        refuse_planned(session, planned)
        require_rights(session, planned)
    except DlctlError as error:
        return (error,)
    return ()
