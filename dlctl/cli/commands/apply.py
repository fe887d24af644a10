"""`dlctl apply ENV...`."""

from typing import Annotated

import typer

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
from dlctl.cli.commands.apply_run import ApplyRun, Writing
from dlctl.cli.commands.fit_lines import FitLines
from dlctl.cli.commands.plan_source import PlanFile, PlanSource, refuse_recorded
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.views.plan import RunFormat
from dlctl.cli.runtime import runtime_of
from dlctl.cli.session import environments_of, open_session
from dlctl.deploy.options import DeployOptions
from dlctl.plan.options import PlanOptions
from dlctl.workflow.locks import Locks
from dlctl.workflow.many import MAX_PARALLEL, Limits
from dlctl.workflow.plan import Planned
from dlctl.workflow.render import Selection

app = application()


@app.command(
    cls=DryRunCommand,
    epilog="Examples: dlctl apply minikube; dlctl apply gke -c cnn; dlctl apply gke --dry-run; "
    "dlctl apply gke --prune; dlctl apply --plan gke.plan; "
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
        bool,
        typer.Option(
            "--replace",
            help="Delete and recreate objects whose immutable fields change, and jobs that were changed "
            "after they started.",
        ),
    ] = False,
    prune: Prune = None,
    prune_protected: PruneProtected = False,
    prune_all: PruneAll = False,
    allow_crd_downgrade: AllowCrdDowngrade = False,
    create_namespace: CreateNamespace = True,
    plan_file: PlanFile = None,
    wait: Wait = False,
    wait_for: WaitFor = None,
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
    all planned before the first write. --plan applies a plan written by 'diff --save'; nothing is written if
    its files or the cluster have changed so that more would change than the plan shows. With --wait the exit
    code is 3 if something is still in progress at the timeout, and 1 if something failed.
    """
    refuse_recorded(ctx, plan_file)
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
    source = PlanSource(Selection(tuple(component or ()), tuple(set_ or ())), options, prune, plan_file)
    session = open_session(
        runtime, flags, progress, skip_identity_check=skip_identity, verify=verify, approve=source.approve
    )
    names = environments_of(session.app, source.environments(environments), all_=all_)
    command = ApplyRun(runtime, session, names, limits, progress, output)
    fits = FitLines(session, wanted=fit_check)
    locks = Locks(session, lock_timeout, limits.stop, deadline)

    def plan(name: str) -> Planned:
        planned = source.plan(session, name, before_writing=None if dry_run else locks.look)
        fits.check(planned)
        return planned

    if dry_run:
        command.dry_run(plan, fits)
        return
    forced = source.options.force_conflicts
    deploying = DeployOptions(forced, timeout or CRD_TIMEOUT, deadline, stop=limits.stop)
    with locks:
        command.write(plan, fits, locks, Writing(deploying, goal, yes))


def _progress(output: RunFormat) -> LiveProgress:
    """What is shown while it runs."""
    if output is RunFormat.JSONL:
        from dlctl.cli.output.live.event_stream import EventStream

        return EventStream()
    return LiveProgress(quiet=output is RunFormat.JSON)
