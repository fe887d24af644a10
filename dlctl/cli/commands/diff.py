"""`dlctl diff ENV...`."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from dlctl.cli.arguments.options import Components, Context, Environments, KubeconfigFile, RequestTimeout, Set
from dlctl.cli.cluster_flags import access_for, distinct, open_app
from dlctl.cli.commands.table import application
from dlctl.cli.output.many import each, fail
from dlctl.cli.output.progress import LiveReport
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.style import Style, styled
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.errors import DlctlError
from dlctl.plan.model import Action, Plan
from dlctl.workflow.online import Planned, plan_target
from dlctl.workflow.render import Selection, render_target

app = application()

FAILED = 2
"""`diff` says "differences" with 1, so failures are more than that, as with kubectl."""


class DiffFormat(StrEnum):
    """How `diff` prints."""

    TEXT = "text"
    JSON = "json"


@app.command(epilog="Examples: dlctl diff gke; dlctl diff minikube gke -c cnn; dlctl diff gke -o json")
def diff(
    ctx: typer.Context,
    environments: Environments,
    component: Components = None,
    set_: Set = None,
    output: Annotated[DiffFormat, typer.Option("-o", "--output", help="Format.")] = DiffFormat.TEXT,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="As if existing objects without our labels were taken over.")
    ] = False,
    force_conflicts: Annotated[
        bool, typer.Option("--force-conflicts", help="As if fields were taken from other managers.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="As if what cannot be changed were deleted and created again.")
    ] = False,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """Show what 'apply' would change on the cluster; nothing is written.

    Exit code 0 where nothing would change, 1 where something would, more where it failed. Secrets
    are masked, but one can see whether they change.
    """
    runtime = runtime_of(ctx)
    choices = {"adopt": adopt, "force_conflicts": force_conflicts, "replace": replace}
    selection = Selection(tuple(component or ()), tuple(set_ or ()))
    access = access_for(runtime, kubeconfig, context, request_timeout, **choices)
    try:
        app_now, catalogue = open_app(runtime)
    except DlctlError as error:
        fail([error], at_least=FAILED)

    def plan(name: str) -> Planned:
        rendering = render_target(app_now, catalogue, name, selection)
        with LiveReport(name, quiet=True) as live:
            return plan_target(rendering, selection, access, writing=False, emit=live.emit)

    planned, errors = each(distinct(environments), plan, str)
    show_plans(runtime, planned, errors, output)
    if errors:
        fail(errors, at_least=FAILED)
    raise typer.Exit(1 if any(entry.plan.differs for entry in planned) else 0)


def show_plans(
    runtime: Runtime, planned: Sequence[Planned], errors: Sequence[DlctlError], output: DiffFormat
) -> None:
    """Plans as text, or as one document with the errors of those that are missing; none where all failed."""
    if output is DiffFormat.JSON and planned:
        from dlctl.cli.output.envelope import write_document
        from dlctl.plan.view.report import plan_report

        items = [plan_report(entry.plan, entry.redactor) for entry in planned]
        write_document(runtime, "PlanList", items=items, errors=errors)
    elif output is DiffFormat.TEXT:
        for entry in planned:
            print_plan(entry)


def print_plan(planned: Planned) -> None:
    """The diffs on stdout, notes and a summary on stderr."""
    from dlctl.plan.view.text import plan_text

    text = plan_text(planned.plan, planned.redactor)
    data("".join(_coloured(line) + "\n" for line in text.splitlines()))
    for note in planned.plan.notes:
        log(f"note: {planned.redactor.mask_text(note)}")
    log(f"{planned.environment}: {summary(planned.plan)}")


def _coloured(line: str) -> str:
    if line.startswith(("--- ", "+++ ")):
        return styled(line, Style.STRONG, sys.stdout)
    if line.startswith("@@"):
        return styled(line, Style.NOTE, sys.stdout)
    if line.startswith("+"):
        return styled(line, Style.GOOD, sys.stdout)
    return styled(line, Style.BAD, sys.stdout) if line.startswith("-") else line


def summary(plan: Plan) -> str:
    """A plan in one line: `2 to create, 1 to update, 4 unchanged`."""
    words = {
        Action.CREATE: "to create",
        Action.UPDATE: "to update",
        Action.REPLACE: "to replace",
        Action.PRUNE: "to delete",
        Action.CONFLICT: "refused",
        Action.UNKNOWN: "not known",
        Action.UNCHANGED: "unchanged",
    }
    parts = [f"{plan.count(action)} {word}" for action, word in words.items() if plan.count(action)]
    if plan.missing:
        parts.insert(0, f"{len(plan.missing)} {'kind' if len(plan.missing) == 1 else 'kinds'} missing")
    return ", ".join(parts) or "nothing to do"
