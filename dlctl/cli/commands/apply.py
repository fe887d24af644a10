"""`dlctl apply ENV...`."""

from collections.abc import Callable, Sequence
from typing import Annotated, Protocol

import typer
from msgspec import Struct
from msgspec.structs import replace

from dlctl.cli.arguments.dry_run import DryRunCommand
from dlctl.cli.arguments.options import (
    AllEnvironments,
    AllowCrdDowngrade,
    Components,
    Context,
    CreateNamespace,
    Environments,
    FitCheck,
    KubeconfigFile,
    MaxParallel,
    Prune,
    PruneAll,
    PruneProtected,
    RequestTimeout,
    Set,
    SkipIdentity,
    StopAfter,
    Verify,
    Yes,
)
from dlctl.cli.arguments.waiting import (
    CRD_TIMEOUT,
    LockTimeout,
    Timeout,
    Wait,
    WaitFor,
    deadline_of,
    goal_of,
    request_limit,
)
from dlctl.cli.commands.fit_lines import FitLines
from dlctl.cli.commands.protected import confirm_protected, unchanged_since
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.views.outcomes import finish, log_result, require_results, run_errors
from dlctl.cli.output.views.plan import RunFormat, print_plan, write_plans
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.cli.session import environments_of, open_session
from dlctl.deploy.goal import Goal
from dlctl.deploy.masked import MaskedReport
from dlctl.deploy.options import DeployOptions
from dlctl.events import Emit, no_events
from dlctl.plan.options import PlanOptions
from dlctl.workflow.apply import apply_planned, refuse_planned
from dlctl.workflow.collisions import collisions
from dlctl.workflow.locks import Locks
from dlctl.workflow.many import MAX_PARALLEL, Limits, run_many
from dlctl.workflow.plan import Planned, plan_environment
from dlctl.workflow.render import Selection
from dlctl.workflow.session import Session

app = application()


class Plan(Protocol):
    """Plans an environment; events go to `emit`, or to the session's listener."""

    def __call__(self, name: str, emit: Emit | None = None) -> Planned:
        """The plan. Raises DlctlError."""
        ...


NOTHING_APPLIED = "nothing was applied to any environment"
"""Logged after the errors of several environments."""


@app.command(
    cls=DryRunCommand,
    epilog="Examples: dlctl apply minikube; dlctl apply gke -c cnn; dlctl apply gke --dry-run; "
    "dlctl apply gke --prune; "
    "dlctl apply 'prod/*' --max-parallel 8 --stop-after 1; dlctl apply gke --wait --timeout 10m; "
    "dlctl apply gke -o jsonl",
)
def apply(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    component: Components = None,
    set_: Set = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Show the diff without writing; the server checks new objects, too. Fails as apply would.",
        ),
    ] = False,
    output: Annotated[
        RunFormat,
        typer.Option("-o", "--output", help="Output format; jsonl has a line for each event."),
    ] = RunFormat.TEXT,
    force_conflicts: Annotated[
        bool, typer.Option("--force-conflicts", help="Take over fields that other field managers own.")
    ] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Take over existing objects without dlctl labels.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete and recreate objects whose immutable fields change.")
    ] = False,
    prune: Prune = None,
    prune_protected: PruneProtected = False,
    prune_all: PruneAll = False,
    allow_crd_downgrade: AllowCrdDowngrade = False,
    create_namespace: CreateNamespace = True,
    wait: Wait = False,
    wait_for: WaitFor = "",
    timeout: Timeout = 0,
    lock_timeout: LockTimeout = 60,
    fit_check: FitCheck = True,
    max_parallel: MaxParallel = MAX_PARALLEL,
    stop_after: StopAfter = 0,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
    verify: Verify = False,
) -> None:
    """Apply an environment's components to its cluster, by server-side apply, in waves.

    Objects that are no longer rendered stay, with a note; --prune deletes them once everything is applied.
    Nothing is written if the cluster is not the one that the environment is pinned to, if an object
    belongs to another app or environment, or if another manager owns a field. Several environments are
    all planned before the first write. With --wait the exit code is 3 if something is still on its way when
    the time is over, and 1 if something failed.
    """
    runtime = runtime_of(ctx)
    goal = goal_of(wait=wait, wait_for=wait_for)
    deadline = deadline_of(timeout, waits=goal is not None)
    options = PlanOptions(
        adopt=adopt,
        force_conflicts=force_conflicts,
        replace=replace,
        create_namespace=create_namespace,
        prune_protected=prune_protected,
        prune_all=prune_all,
        allow_crd_downgrade=allow_crd_downgrade,
        check_new=dry_run,
    )
    limits = Limits(max_parallel, stop_after)
    flags = ClusterFlags(kubeconfig, context, request_limit(request_timeout, timeout))
    progress = _progress(output)
    session = open_session(runtime, flags, progress, skip_identity_check=skip_identity, verify=verify)
    names = environments_of(session.app, environments, all_=all_)
    selection = Selection(tuple(component or ()), tuple(set_ or ()))
    command = _Command(runtime, session, names, limits, progress, output)
    fits = FitLines(session, wanted=fit_check)
    locks = Locks(session, lock_timeout, limits.stop)

    def plan(name: str, emit: Emit | None = None) -> Planned:
        if not dry_run:
            locks.look(name)
        planned = plan_environment(
            session, name, selection, options, writing=not dry_run, emit=emit, prune=prune
        )
        fits.check(planned)
        return planned

    if dry_run:
        command.dry_run(plan, fits)
        return
    deploying = DeployOptions(
        force_conflicts=force_conflicts, timeout=timeout or CRD_TIMEOUT, deadline=deadline, stop=limits.stop
    )
    with locks:
        command.write(plan, fits, locks, _Writing(deploying, goal, yes))


class _Writing(Struct, frozen=True):
    """How a run writes, what it waits for, and whether nothing is asked."""

    options: DeployOptions
    goal: Goal | None
    yes: bool


class _Command(Struct, frozen=True):
    """One `apply` command: all environments are planned and checked before the first write."""

    runtime: Runtime
    session: Session
    names: Sequence[str]
    limits: Limits
    progress: LiveProgress
    output: RunFormat

    def dry_run(self, plan: Callable[[str], Planned], fits: FitLines) -> None:
        with self.progress:
            outcomes = run_many(self.names, self.progress.until_finished(plan), self.limits)
        refused = run_many([each.environment for each in outcomes.results], self._refusing(outcomes.results))
        refusals = (*refused.errors, *collisions(outcomes.results))
        plans = [entry.masked(self.session) for entry in outcomes.results]
        if self.output is not RunFormat.TEXT and plans:
            write_plans(self.runtime, plans, (*outcomes.errors, *refusals))
        elif self.output is RunFormat.TEXT:
            for plan_ in plans:
                print_plan(plan_)
        fits.log(self.names)
        require_results(outcomes, NOTHING_APPLIED, more=refusals)

    def planned(self, plan: Callable[[str], Planned]) -> tuple[Planned, ...]:
        with self.progress:
            outcomes = run_many(
                self.names, self.progress.until_finished(lambda name: _refused(plan(name))), self.limits
            )
        return require_results(outcomes, NOTHING_APPLIED, more=collisions(outcomes.results))

    def _refusing(self, planned: Sequence[Planned]) -> Callable[[str], Planned]:
        """What apply would refuse: a step of the plan, or the cluster itself."""
        by_name = {entry.environment: entry for entry in planned}

        def check(name: str) -> Planned:
            self.session.require_writable(name)
            return _refused(by_name[name])

        return check

    def write(self, plan: Plan, fits: FitLines, locks: Locks, writing: _Writing) -> None:
        """Plan all environments, confirm what is protected, and apply under the locks."""
        planned = self.planned(plan)
        fits.log(self.names)
        asked = [confirm_protected(self.runtime, self.session, each, yes=writing.yes) for each in planned]
        agreed = [
            unchanged_since(self.session, entry, plan) if was_asked else entry
            for entry, was_asked in zip(planned, asked, strict=True)
        ]
        self.execute(self.locked(agreed, plan, locks), writing.options, writing.goal, locks)

    def locked(self, planned: Sequence[Planned], plan: Plan, locks: Locks) -> list[Planned]:
        """The plans, under the locks of those that write; made again where somebody else may have written."""

        def lock(name: str) -> Planned:
            entry = by_name[name]
            if not any(step.needs_request for step in entry.plan.steps) or locks.take(name):
                return entry
            if entry.protected:
                return unchanged_since(self.session, entry, plan)
            return _refused(plan(name, no_events))

        by_name = {entry.environment: entry for entry in planned}
        with self.progress:
            outcomes = run_many(tuple(by_name), self.progress.until_finished(lock), self.limits)
        return list(require_results(outcomes, NOTHING_APPLIED))

    def execute(
        self, planned: Sequence[Planned], options: DeployOptions, goal: Goal | None, locks: Locks
    ) -> None:
        by_name = {entry.environment: entry for entry in planned}

        def apply_one(name: str) -> MaskedReport:
            entry = by_name[name]
            own = replace(options, before_wave=lambda: locks.keep(name))
            report = apply_planned(self.session, entry, own, goal)
            masked = MaskedReport(report, entry.redactor, self.session.notes(name))
            with self.progress.printing():
                log_result(masked)
            return masked

        with self.progress:
            outcomes = run_many(
                self.names,
                self.progress.until_finished(apply_one),
                self.limits,
                failed=lambda report: not report.succeeded,
            )
        if self.output is not RunFormat.TEXT:
            from dlctl.deploy.report import run_report

            items = [run_report(report) for report in outcomes.results]
            write_document(self.runtime, "ReportList", items=items, errors=run_errors(outcomes))
        finish(outcomes)


def _progress(output: RunFormat) -> LiveProgress:
    if output is not RunFormat.JSONL:
        return LiveProgress(quiet=output is RunFormat.JSON)
    from dlctl.cli.output.live.event_stream import EventStream

    return EventStream()


def _refused(planned: Planned) -> Planned:
    """The plan. Raises PlanError if a step is refused."""
    refuse_planned(planned)
    return planned
