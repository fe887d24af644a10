"""`dlctl apply ENV...`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from dlctl.cli.arguments.options import (
    AllEnvironments,
    Components,
    Context,
    Environments,
    KubeconfigFile,
    MaxParallel,
    RequestTimeout,
    Set,
    SkipIdentity,
    StopAfter,
    Yes,
)
from dlctl.cli.commands.protected import confirm_protected, unchanged_since
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.json_document import document
from dlctl.cli.output.outcomes import finish, log_result, require_results
from dlctl.cli.output.plan import PlanFormat, print_plans
from dlctl.cli.output.progress import LiveProgress
from dlctl.cli.runtime import runtime_of
from dlctl.cli.session import environments_of, open_session
from dlctl.deploy.masked import MaskedReport
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.report import run_report
from dlctl.events import Emit
from dlctl.plan.options import PlanOptions
from dlctl.workflow.apply import apply_planned, refuse_planned
from dlctl.workflow.many import MAX_PARALLEL, Limits, run_many
from dlctl.workflow.plan import Planned, plan_environment
from dlctl.workflow.render import Selection
from dlctl.workflow.session import Session

app = application()


@app.command(
    epilog="Examples: dlctl apply minikube; dlctl apply gke -c cnn; dlctl apply gke --dry-run; "
    "dlctl apply 'prod/*' --max-parallel 8 --stop-after 1"
)
def apply(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    component: Components = None,
    set_: Set = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show the diff without writing; fails if apply would be refused."),
    ] = False,
    output: Annotated[PlanFormat, typer.Option("-o", "--output", help="Output format.")] = PlanFormat.TEXT,
    force_conflicts: Annotated[
        bool, typer.Option("--force-conflicts", help="Take over fields that other field managers own.")
    ] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Take over existing objects without dlctl labels.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete and recreate objects whose immutable fields change.")
    ] = False,
    create_namespace: Annotated[
        bool, typer.Option("--create-namespace/--no-create-namespace", help="Create missing namespaces.")
    ] = True,
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", min=1, help="Time limit for CRDs to be established."),
    ] = 60,
    max_parallel: MaxParallel = MAX_PARALLEL,
    stop_after: StopAfter = 0,
    yes: Yes = False,
    skip_identity: SkipIdentity = False,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """Apply an environment's components to its cluster, by server-side apply, in waves.

    Nothing is written if the cluster is not the one that the environment is pinned to, if an object
    belongs to another app or environment, or if another manager owns a field. Several environments are
    all planned before the first write.
    """
    runtime = runtime_of(ctx)
    options = PlanOptions(
        adopt=adopt, force_conflicts=force_conflicts, replace=replace, create_namespace=create_namespace
    )
    limits = Limits(max_parallel, stop_after)
    flags = ClusterFlags(kubeconfig, context, request_timeout)
    progress = LiveProgress(quiet=output is PlanFormat.JSON)
    session = open_session(runtime, flags, progress, skip_identity_check=skip_identity)
    names = environments_of(session.app, environments, all_=all_)
    selection = Selection(tuple(component or ()), tuple(set_ or ()))
    command = _Command(session, names, limits, progress, output)

    def plan(name: str, emit: Emit | None = None) -> Planned:
        return plan_environment(session, name, selection, options, writing=not dry_run, emit=emit)

    if dry_run:
        command.dry_run(plan)
        return
    planned = command.planned(plan)
    asked = {entry.environment for entry in planned if confirm_protected(runtime, session, entry, yes=yes)}
    agreed = [unchanged_since(entry, plan) if entry.environment in asked else entry for entry in planned]
    deploying = DeployOptions(force_conflicts=force_conflicts, timeout=timeout, stop=limits.stop)
    command.execute(agreed, deploying)


@dataclass(frozen=True, slots=True)
class _Command:
    """One `apply` command: all environments are planned and checked before the first write."""

    session: Session
    names: Sequence[str]
    limits: Limits
    progress: LiveProgress
    output: PlanFormat

    def dry_run(self, plan: Callable[[str], Planned]) -> None:
        with self.progress:
            outcomes = run_many(self.names, plan, self.limits)
        print_plans([entry.masked(self.session) for entry in outcomes.results], self.output)
        require_results(outcomes, "nothing was applied to any environment")
        by_name = {entry.environment: entry for entry in outcomes.results}
        require_results(
            run_many(self.names, lambda name: _refused(by_name[name])),
            "nothing was applied to any environment",
        )

    def planned(self, plan: Callable[[str], Planned]) -> tuple[Planned, ...]:
        with self.progress:
            outcomes = run_many(self.names, lambda name: _refused(plan(name)), self.limits)
        return require_results(outcomes, "nothing was applied to any environment")

    def execute(self, planned: Sequence[Planned], options: DeployOptions) -> None:
        by_name = {entry.environment: entry for entry in planned}

        def apply_one(name: str) -> MaskedReport:
            entry = by_name[name]
            report = apply_planned(self.session, entry, options)
            masked = MaskedReport(report, entry.redactor, self.session.notes(name))
            with self.progress.printing():
                log_result(masked)
            return masked

        with self.progress:
            outcomes = run_many(
                self.names, apply_one, self.limits, failed=lambda report: not report.succeeded
            )
        if self.output is PlanFormat.JSON:
            document("Apply", items=[run_report(report) for report in outcomes.results])
        finish(outcomes)


def _refused(planned: Planned) -> Planned:
    """The plan. Raises PlanError if a step is refused."""
    refuse_planned(planned)
    return planned
