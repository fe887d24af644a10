"""`dlctl apply ENV...`."""

from typing import Annotated

import typer

from dlctl.app.model import Environment
from dlctl.cli.access import access_for, distinct, open_app
from dlctl.cli.commands import application
from dlctl.cli.diff import DiffFormat, print_plan
from dlctl.cli.invoke import INTERRUPTED, world_of
from dlctl.cli.options import (
    Components,
    Context,
    Environments,
    KubeconfigFile,
    RequestTimeout,
    Set,
    SkipIdentity,
    Yes,
)
from dlctl.cli.output import document, say
from dlctl.cli.progress import LiveReport
from dlctl.cli.prompt import confirm
from dlctl.cli.world import World
from dlctl.deploy.model import Report, Result
from dlctl.deploy.report import run_report
from dlctl.errors import DlctlError
from dlctl.workflow.offline import Selection, render_target
from dlctl.workflow.online import Access, Planned, apply_planned, plan_target

app = application()


@app.command(
    epilog="Examples: dlctl apply minikube; dlctl apply gke -c cnn; dlctl apply gke --dry-run; "
    "dlctl apply minikube gke --yes"
)
def apply(
    ctx: typer.Context,
    environments: Environments,
    component: Components = None,
    set_: Set = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the diff, write nothing.")] = False,
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
        float, typer.Option("--timeout", metavar="SECONDS", min=1, help="Wait this long for a CRD.")
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
    world = world_of(ctx)
    app_now, catalogue = open_app(world)
    selection = Selection(tuple(component or ()), tuple(set_ or ()))
    access = access_for(
        world,
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
    for rendering in renderings:
        if not dry_run:
            ask_for_protected(world, rendering.target.environment, yes=yes)
    planned = []
    for rendering in renderings:
        live = LiveReport(rendering.target.environment.name, quiet=True)
        planned.append(plan_target(rendering, selection, access, writing=not dry_run, emit=live.emit))
        live.clear()
    if dry_run:
        _show(planned, output)
        return
    reports = [_apply(entry, access, timeout, output) for entry in planned]
    if output is DiffFormat.JSON:
        items = [run_report(report, entry.redactor) for report, entry in zip(reports, planned, strict=True)]
        document("Apply", items=items)
    finish(reports)


def ask_for_protected(world: World, environment: Environment, *, yes: bool) -> None:
    """Ask before a protected environment is written to."""
    if environment.protected:
        confirm(world, f"Environment '{environment.name}' is protected. Write to it?", yes=yes)


def _show(planned: list[Planned], output: DiffFormat) -> None:
    if output is DiffFormat.JSON:
        from dlctl.plan.report import plan_report

        document("Diff", items=[plan_report(entry.plan, entry.redactor) for entry in planned])
        return
    for entry in planned:
        print_plan(entry)


def _apply(planned: Planned, access: Access, timeout: float, output: DiffFormat) -> Report:
    environment = planned.plan.scope.environment
    live = LiveReport(environment, quiet=output is DiffFormat.JSON)
    for note in planned.plan.notes:
        say(f"note: {planned.redactor.mask_text(note)}")
    report = apply_planned(planned, access, timeout, live.emit)
    live.clear()
    say(f"{environment}: {result_line(report)}")
    return report


def result_line(report: Report) -> str:
    """A run in one line: `2 created, 3 unchanged, 1 failed in 0.4 s`."""
    from dlctl.cli.progress import done_word

    parts = [f"{count} {done_word(action)}" for action, count in sorted(report.counts.items())]
    parts += [
        f"{len(report.having(result))} {result.value}"
        for result in (Result.FAILED, Result.SKIPPED, Result.STOPPED)
        if report.having(result)
    ]
    return f"{', '.join(parts) or 'nothing to do'} in {report.duration:.1f} s"


def finish(reports: list[Report]) -> None:
    """Raise what the runs failed with: interrupts first, then the worst error."""
    if any(report.interrupted for report in reports):
        say("interrupted; what was done stays, and the next run goes on from there")
        raise typer.Exit(INTERRUPTED)
    errors: list[DlctlError] = [error for report in reports if (error := report.error())]
    if errors:
        raise errors[0]
