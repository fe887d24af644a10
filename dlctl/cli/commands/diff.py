"""`dlctl diff ENV...`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from dlctl.cli.arguments.dry_run import DryRunCommand
from dlctl.cli.arguments.options import (
    AllEnvironments,
    AllowCrdDowngrade,
    Components,
    Context,
    Environments,
    FitCheck,
    KubeconfigFile,
    MaxParallel,
    Prune,
    PruneAll,
    PruneProtected,
    RequestTimeout,
    Set,
    StopAfter,
    Verify,
)
from dlctl.cli.commands.fit_lines import FitLines
from dlctl.cli.commands.saving import SavePlan, Saving, check_saved_file
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.exit_codes import FAILED_DIFF
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.output.views.outcomes import fail, log_not_started
from dlctl.cli.output.views.plan import PlanFormat, print_plan, print_summary, write_plans
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.cli.session import environments_of, open_session
from dlctl.errors import DlctlError, UsageError
from dlctl.plan.model import Plan
from dlctl.plan.options import PlanOptions
from dlctl.plan.view.masked_plan import MaskedPlan
from dlctl.workflow.collisions import collisions
from dlctl.workflow.many import MAX_PARALLEL, Limits, Outcomes, run_many
from dlctl.workflow.plan import Planned
from dlctl.workflow.render import Selection
from dlctl.workflow.session import Session

app = application()


@app.command(
    cls=DryRunCommand,
    epilog="Examples: dlctl diff gke; dlctl diff gke --prune; dlctl diff gke --dry-run=server; "
    "dlctl diff 'prod/*' -c cnn; dlctl diff --all --summary; dlctl diff --offline minikube gke",
)
def diff(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    component: Components = None,
    set_: Set = None,
    output: Annotated[PlanFormat, typer.Option("-o", "--output", help="Output format.")] = PlanFormat.TEXT,
    adopt: Annotated[
        bool,
        typer.Option("--adopt", help="Compare as if existing objects without dlctl labels were taken over."),
    ] = False,
    force_conflicts: Annotated[
        bool,
        typer.Option(
            "--force-conflicts", help="Compare as if fields of other field managers were taken over."
        ),
    ] = False,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Compare as if objects with immutable changes, and jobs that were changed after they "
            "started, were recreated.",
        ),
    ] = False,
    prune: Prune = None,
    prune_protected: PruneProtected = False,
    prune_all: PruneAll = False,
    allow_crd_downgrade: AllowCrdDowngrade = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Let the server check new objects, too, by dry runs.")
    ] = False,
    offline: Annotated[
        bool,
        typer.Option("--offline", help="Compare what two environments render, without a cluster."),
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Print only the number of changes of each component.")
    ] = False,
    save: SavePlan = None,
    fit_check: FitCheck = True,
    max_parallel: MaxParallel = MAX_PARALLEL,
    stop_after: StopAfter = 0,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
    verify: Verify = False,
) -> None:
    """Show what 'apply' would change on the cluster, without writing.

    Exit code 0 means no differences, 1 differences, 2 or more that it failed, or that 'apply' would be
    refused. Components that cannot be rendered are left out, which is a failure. Secrets are masked, but
    their changes are visible. The server checks new objects only with --dry-run=server.
    """
    options = PlanOptions(
        adopt=adopt,
        force_conflicts=force_conflicts,
        replace=replace,
        check_new=dry_run,
        prune_protected=prune_protected,
        prune_all=prune_all,
        allow_crd_downgrade=allow_crd_downgrade,
    )
    selection, runtime = Selection(tuple(component or ()), tuple(set_ or ())), runtime_of(ctx)
    _check_options(output, summary=summary, offline=offline, all_=all_, save=save)
    if offline:
        from dlctl.cli.commands.diff_offline import diff_offline

        raise typer.Exit(diff_offline(runtime, environments or (), selection, output, summary=summary))
    try:
        with LiveProgress() as progress:
            flags = ClusterFlags(kubeconfig, context, request_timeout)
            session = open_session(runtime, flags, progress, verify=verify)
            names = environments_of(session.app, environments, all_=all_)
            saving = Saving(save, names, selection, options, prune)
            fits = FitLines(session, wanted=fit_check)

            def plan(name: str) -> Planned:
                planned = saving.plan(session, name)
                fits.check(planned)
                return planned

            outcomes = run_many(names, progress.until_finished(plan), Limits(max_parallel, stop_after))
    except DlctlError as error:
        fail([error], at_least=FAILED_DIFF)
    if outcomes.interrupted:
        raise KeyboardInterrupt
    refused = (*collisions(outcomes.results), *saving.write(session, outcomes.results))
    errors = (*outcomes.errors, *outcomes.left_out(lambda planned: planned.failed), *refused)
    refusals = _refusals(session, outcomes.results)
    shown = (*errors, *refusals.values())
    _print(runtime, [each.masked(session) for each in outcomes.results], shown, output, summary=summary)
    fits.log(names)
    _finish(session, outcomes, errors, refusals)


def _check_options(
    output: PlanFormat, *, summary: bool, offline: bool, all_: bool, save: Path | None
) -> None:
    if save is not None and offline:
        raise UsageError("--save cannot be used with --offline", hint="a plan is made on a cluster")
    if summary and output is PlanFormat.JSON:
        raise UsageError("--summary cannot be used with -o json", hint="JSON has 'counts'")
    if offline and all_:
        raise UsageError("--offline cannot be used with --all", hint="name two environments")
    check_saved_file(save)


def _refusals(session: Session, results: Sequence[Planned]) -> dict[str, DlctlError]:
    """Why an apply would be refused for its cluster, by environment."""
    names = [each.environment for each in results]
    return {name: error for name in names if (error := session.refusal(name)) is not None}


def _finish(
    session: Session,
    outcomes: Outcomes[Planned],
    errors: Sequence[DlctlError],
    refusals: Mapping[str, DlctlError],
) -> NoReturn:
    log_not_started(outcomes)
    if errors:
        fail(errors, at_least=FAILED_DIFF)
    for name, error in refusals.items():
        if not session.target(name).environment.destination.cluster_id:  # of any other it was said before
            log(f"{name}: an apply would be refused: {error}; {error.hint}", Style.WARN)
    if refusals:
        raise typer.Exit(FAILED_DIFF)
    raise typer.Exit(_code([entry.plan for entry in outcomes.results]))


def _code(plans: Sequence[Plan]) -> int:
    """The exit code: 2 where an apply would be refused, 1 where there are differences, and nothing else."""
    if any(plan.failed or plan.blocked for plan in plans):
        return FAILED_DIFF
    return 1 if any(plan.differs for plan in plans) else 0


def _print(
    runtime: Runtime,
    plans: Sequence[MaskedPlan],
    errors: Sequence[DlctlError],
    output: PlanFormat,
    *,
    summary: bool,
) -> None:
    if summary:
        print_summary(plans)
    elif output is PlanFormat.JSON and plans:
        write_plans(runtime, plans, errors)
    elif output is PlanFormat.TEXT:
        for plan in plans:
            print_plan(plan, by_component=True)
