"""`dlctl job cancel` and `job resume`: look the job up, show what would be lost, ask, and do it."""

import threading

from msgspec import Struct

from dlctl.cli.commands.job.finding import search_jobs
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.change import log_continues, print_change, question, show_planned
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import open_session
from dlctl.deploy.options import DeployOptions
from dlctl.events import masking
from dlctl.redact import Redactor
from dlctl.workflow.jobs.cancel import JobAction, PlannedChange, carry_out, plan_change, wait_until_gone
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

    @property
    def waits(self) -> bool:
        """Whether the end of a deletion is waited for."""
        return self.wait and not self.dry_run


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
    requested = threading.Event()
    try:
        if planned.done and planned.change is not None:  # it has been requested before
            requested.set()
        show_planned(planned)
        if planned.change is not None:
            if not request.dry_run:
                _ask(runtime, planned, request)
            with progress, locks:
                _carry_out(session, locks, planned, request, requested)
    except KeyboardInterrupt:
        if requested.is_set():
            log_continues(planned)
        raise
    print_change(runtime, planned, output, dry_run=request.dry_run, waited=request.wait)


def _carry_out(
    session: Session,
    locks: Locks,
    planned: PlannedChange,
    request: ChangeRequest,
    requested: threading.Event,
) -> None:
    """Request it, which sets `requested`, and wait for its end."""
    options = DeployOptions(timeout=request.timeout)
    if not request.dry_run and not planned.done:
        locks.take(planned.environment)
        options = locks.holding(planned.environment, options)
    carry_out(session, planned, dry_run=request.dry_run)
    requested.set()
    if request.waits:
        wait_until_gone(session, planned, options)


def _planned(
    session: Session, locks: Locks, found: FoundJob, request: ChangeRequest, progress: LiveProgress
) -> PlannedChange:
    emit = masking(progress.for_environment(found.environment), Redactor())
    with progress:
        if not request.dry_run:
            locks.look(found.environment)
        return plan_change(session, found, request.action, emit, waits=request.waits)


def _ask(runtime: Runtime, planned: PlannedChange, request: ChangeRequest) -> None:
    if not planned.done and (planned.action is JobAction.DELETE or planned.protected):
        confirm(runtime, question(planned), yes=request.yes)
