"""`dlctl job prune`: show the runs that have ended, ask, and delete all but the newest."""

import typer
from msgspec import Struct

from dlctl.app.find import find_component
from dlctl.cli.commands.job.runs.submitting import asked, one_environment
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.exit_codes import INTERRUPTED
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import log
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.interrupted import GOES_ON
from dlctl.cli.output.views.jobs.pruned import print_pruned
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of, open_session
from dlctl.deploy.options import DeployOptions
from dlctl.errors import DeployError, DlctlError, Interrupted
from dlctl.text import counted, listed
from dlctl.workflow.rights import require_rights_to_delete
from dlctl.workflow.runs.prune import PlannedPrune, not_deleted, plan_prune, prune_planned


class PruneFlags(Struct, frozen=True):
    """The options of `job prune`."""

    cluster: ClusterFlags
    keep: int
    dry_run: bool
    output: TableFormat
    yes: bool
    skip_identity: bool


def prune(runtime: Runtime, flags: PruneFlags, environment: str, component: str) -> None:
    """`job prune`. Raises UsageError, AppError, PlanError, ClusterError, NotConfirmed."""
    progress = LiveProgress(quiet=True)  # the table has what was done
    session = open_session(runtime, flags.cluster, progress, skip_identity_check=flags.skip_identity)
    place = one_environment(environments_of(session.app, asked(environment), all_=False))
    with progress:
        planned = plan_prune(session, place, component, flags.keep, writing=not flags.dry_run)
    if not planned.kept and not planned.leaving:
        find_component(session.app, component)
    if flags.dry_run or not planned.leaving:
        if flags.dry_run:
            session.require_writable(place)
        print_pruned(runtime, planned, flags.output)
        return
    require_rights_to_delete(session, planned.planned)
    confirm(runtime, _question(planned), yes=flags.yes)
    with progress:
        report = prune_planned(session, planned, DeployOptions())
    left = not_deleted(planned, report)
    failed = [run for run, each in left.items() if each.result == "failed"]
    errors: list[DlctlError] = []
    if failed:
        errors.append(DeployError(f"{counted(len(failed), 'run')} not deleted: {listed(failed)}"))
    if report.interrupted:
        errors.append(Interrupted("interrupted", hint="run the command again to continue"))
    print_pruned(runtime, planned, flags.output, left, errors=errors)
    if report.interrupted:
        log(GOES_ON)
        raise typer.Exit(INTERRUPTED)
    if errors:
        raise errors[0]


def _question(planned: PlannedPrune) -> str:
    names = listed(job.run for job in planned.leaving)
    kind = "protected environment " if planned.planned.protected else ""
    where = f"{kind}{planned.environment} on {planned.planned.plan.identity.server}"
    return f"Delete {counted(len(planned.leaving), 'run')} of {where}: {names}?"
