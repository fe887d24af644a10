"""`dlctl delete ENV...`."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated

import typer

from dlctl.cli.arguments.dry_run import DryRunCommand
from dlctl.cli.arguments.options import (
    AllEnvironments,
    Components,
    Context,
    Environments,
    KubeconfigFile,
    MaxParallel,
    RequestTimeout,
    SkipIdentity,
    StopAfter,
    Yes,
)
from dlctl.cli.arguments.waiting import LockTimeout, timeout_option
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.views.outcomes import finish, log_result, require_results, run_errors
from dlctl.cli.output.views.plan import PlanFormat, write_plans
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.cli.session import environments_of, open_session
from dlctl.deploy.masked import MaskedReport
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.report import run_report
from dlctl.errors import DlctlError
from dlctl.plan.model import Action
from dlctl.plan.view.masked_plan import MaskedPlan
from dlctl.plan.view.text import plan_summary, title
from dlctl.text import counted, listed
from dlctl.workflow.approval import refuse_unsigned_deletion
from dlctl.workflow.delete import DeletionOptions, delete_planned, plan_deletion, refuse_deletion
from dlctl.workflow.locks import Locks
from dlctl.workflow.many import MAX_PARALLEL, Limits, Outcomes, run_many
from dlctl.workflow.plan import Planned
from dlctl.workflow.render import Selection
from dlctl.workflow.session import Session

app = application()

NOTHING_DELETED = "nothing was deleted from any environment"
"""Logged after the errors of several environments."""


@app.command(
    cls=DryRunCommand,
    epilog="Examples: dlctl delete minikube; dlctl delete gke -c cnn --yes; dlctl delete gke --runs",
)
def delete(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    component: Components = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the objects that would be deleted.")
    ] = False,
    output: Annotated[PlanFormat, typer.Option("-o", "--output", help="Output format.")] = PlanFormat.TEXT,
    prune_protected: Annotated[
        bool,
        typer.Option("--prune-protected", help="Also delete Namespaces, CRDs, volumes and claims."),
    ] = False,
    all_namespaces: Annotated[
        bool,
        typer.Option(
            "-A", "--all-namespaces", help="Also delete in namespaces other than the environment's."
        ),
    ] = False,
    runs: Annotated[
        bool,
        typer.Option("--runs", help="Also delete the runs that 'job submit' created; else they are kept."),
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until the objects are deleted.")
    ] = True,
    timeout: Annotated[
        float, timeout_option("Time limit of each wave, such as 30s or 2m (default 60s).")
    ] = 60,
    lock_timeout: LockTimeout = 60,
    max_parallel: MaxParallel = MAX_PARALLEL,
    stop_after: StopAfter = 0,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """Delete the objects that this app applied to an environment, in reverse order.

    Only objects with the labels of this app and environment are deleted, including those of components
    that are disabled or were removed from dlctl.yaml. Namespaces, CRDs, volumes and claims are kept.
    Runs of jobs are listed and kept; --runs deletes them, with their configuration.
    """
    runtime = runtime_of(ctx)
    selection = Selection(tuple(component or ()))
    reach = DeletionOptions(prune_protected, all_namespaces, runs)
    limits = Limits(max_parallel, stop_after)
    flags = ClusterFlags(kubeconfig, context, request_timeout)
    progress = LiveProgress(quiet=output is PlanFormat.JSON)
    session = open_session(
        runtime, flags, progress, skip_identity_check=skip_identity, approve=refuse_unsigned_deletion
    )
    names = environments_of(session.app, environments, all_=all_)
    locks = Locks(session, lock_timeout, limits.stop)

    def plan(name: str) -> Planned:
        if dry_run:
            return plan_deletion(session, name, selection, reach, writing=False)
        locks.look(name)
        planned = plan_deletion(session, name, selection, reach, writing=True)
        refuse_deletion(session, planned)
        return planned

    with progress:
        outcomes = run_many(names, progress.until_finished(plan), limits)
    if dry_run:
        _show(runtime, session, outcomes, limits, output)
        return
    planned = require_results(outcomes, NOTHING_DELETED)
    for entry in planned:
        if entry.plan.count(Action.PRUNE):
            confirm(runtime, _question(entry.masked(session), protected=entry.protected), yes=yes)
    options = DeployOptions(timeout=timeout, wait=wait, stop=limits.stop)
    locked = partial(locks.take_unchanged, plan=plan, forget=not selection.components)
    with progress, locks:
        reports = _delete_all(session, planned, options, limits, progress, locked, locks)
    if output is PlanFormat.JSON:
        items = [run_report(report) for report in reports.results]
        write_document(runtime, "ReportList", items=items, errors=run_errors(reports))
    finish(reports)


def _show(
    runtime: Runtime, session: Session, outcomes: Outcomes[Planned], limits: Limits, output: PlanFormat
) -> None:
    """What would be deleted, and why environments would be refused."""
    refused = _refused(session, outcomes.results, limits)
    plans = [entry.masked(session) for entry in outcomes.results]
    if output is PlanFormat.JSON and plans:
        write_plans(runtime, plans, (*outcomes.errors, *refused))
    elif output is PlanFormat.TEXT:
        _print(plans)
    require_results(outcomes, NOTHING_DELETED, more=refused)


def _delete_all(
    session: Session,
    planned: Sequence[Planned],
    options: DeployOptions,
    limits: Limits,
    progress: LiveProgress,
    locked: Callable[[Planned], None],
    locks: Locks,
) -> Outcomes[MaskedReport]:
    by_name = {entry.environment: entry for entry in planned}

    def delete_one(name: str) -> MaskedReport:
        entry = by_name[name]
        if entry.plan.count(Action.PRUNE) or entry.plan.releases or _has_parent(entry):
            locked(entry)
        report = delete_planned(session, entry, locks.holding(name, options))
        masked = MaskedReport(report, entry.redactor, session.notes(name))
        progress.printed(lambda: log_result(masked))
        return masked

    return run_many(
        tuple(by_name),
        progress.until_finished(delete_one),
        limits,
        failed=lambda report: not report.succeeded,
        cut_off=progress.end,
    )


def _question(plan: MaskedPlan, *, protected: bool) -> str:
    deleted = [step for step in plan.steps if step.action is Action.PRUNE]
    names = listed(title(step.ref) for step in deleted)
    kind = "protected environment " if protected else ""
    where = f"{kind}{plan.scope.environment} on {plan.identity.server}"
    return f"Delete {counted(len(deleted), 'object')} of {where}: {names}?"


def _print(plans: Sequence[MaskedPlan]) -> None:
    for plan in plans:
        for step in plan.steps:
            if step.action is Action.PRUNE:
                data(f"{plan.scope.environment}: {title(step.ref)} would be deleted\n")
        log(f"{plan.scope.environment}: {plan_summary(plan)}")


def _refused(session: Session, planned: Sequence[Planned], limits: Limits) -> tuple[DlctlError, ...]:
    """Why environments would be refused: by their cluster, or by what the user cannot read or delete."""
    by_name = {entry.environment: entry for entry in planned}

    def check(name: str) -> None:
        session.require_writable(name)
        refuse_deletion(session, by_name[name])

    return run_many(tuple(by_name), check, limits).errors


def _has_parent(planned: Planned) -> bool:
    """Whether an ApplySet parent would be deleted, perhaps alone."""
    members = planned.plan.applyset
    return members is not None and any(each.uid for each in (members.parent, *members.replaced))
