"""`dlctl job cancel` and `job resume`: look the job up, show what would be lost, ask, and do it."""

import threading

from msgspec import Struct

from dlctl.cli.commands.job.finding import search_jobs
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.change import print_change, question, show_planned
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import open_session
from dlctl.deploy.options import DeployOptions
from dlctl.events import masking
from dlctl.redact import Redactor
from dlctl.workflow.jobs.cancel import JobAction, PlannedChange, carry_out, plan_change
from dlctl.workflow.jobs.find import FoundJob
from dlctl.workflow.jobs.listing import JobQuery
from dlctl.workflow.locks import Locks
from dlctl.workflow.session import Session


class ChangeRequest(Struct, frozen=True):
    """What the command line asks for."""

    name: str
    environment: str
    action: JobAction
    dry_run: bool = False
    wait: bool = True
    timeout: float = 60
    lock_timeout: float = 60
    yes: bool = False
    skip_identity: bool = False


def change_named(runtime: Runtime, flags: ClusterFlags, request: ChangeRequest, output: TableFormat) -> None:
    """`job cancel` and `job resume`. Raises UsageError, AppError, PlanError, DeployError, ClusterError.

    A cluster that could not be read ends the command before anything is written: the name may stand there.
    """
    search = search_jobs(
        runtime,
        flags,
        request.environment,
        JobQuery(unmanaged=True, ended=True),
        skip_identity=request.skip_identity,
    )
    found = search.one(request.name)
    search.fail_where_unread()
    progress = LiveProgress(quiet=output is TableFormat.JSON)
    session = open_session(runtime, flags, progress, skip_identity_check=request.skip_identity)
    locks = Locks(session, request.lock_timeout, threading.Event())
    planned = _planned(session, locks, found, request, progress)
    show_planned(planned)
    if planned.change is not None:
        if not request.dry_run:
            _ask(runtime, planned, request)
        with progress, locks:
            options = DeployOptions(timeout=request.timeout, wait=request.wait)
            if not request.dry_run:
                locks.take(found.environment)
                options = locks.holding(found.environment, options)
            carry_out(session, planned, options, dry_run=request.dry_run)
    print_change(runtime, planned, output, dry_run=request.dry_run, waited=request.wait)


def _planned(
    session: Session, locks: Locks, found: FoundJob, request: ChangeRequest, progress: LiveProgress
) -> PlannedChange:
    emit = masking(progress.for_environment(found.environment), Redactor())
    with progress:
        if not request.dry_run:
            locks.look(found.environment)
        return plan_change(session, found, request.action, emit)


def _ask(runtime: Runtime, planned: PlannedChange, request: ChangeRequest) -> None:
    if planned.action is JobAction.DELETE or planned.protected:
        confirm(runtime, question(planned), yes=request.yes)
