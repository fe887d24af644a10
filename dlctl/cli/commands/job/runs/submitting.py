"""`dlctl job submit`: plan a run, check it, ask where the environment is protected, and create it."""

from collections.abc import Sequence

import click
from msgspec import Struct

from dlctl.cli.arguments.waiting import CRD_TIMEOUT
from dlctl.cli.commands.fit_lines import FitLines
from dlctl.cli.commands.job.runs.placing import Placed, place
from dlctl.cli.commands.protected import confirm_protected
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.views.jobs.run_format import SubmitFormat
from dlctl.cli.output.views.jobs.runs import Candidates, print_planned_run, print_submitted
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of, open_session
from dlctl.deploy.options import DeployOptions
from dlctl.errors import UsageError
from dlctl.jobs.choices import Pick
from dlctl.text import listed
from dlctl.workflow.locks import Locks
from dlctl.workflow.many import Limits
from dlctl.workflow.render import Selection
from dlctl.workflow.runs.author import new_record
from dlctl.workflow.runs.submit import PlannedRun, RunRequest, Submitted, check_run, plan_run, submit_run
from dlctl.workflow.session import Session

PICK = "name one, or pass --pick first-fit or --pick most-free"
"""What to do where several environments are named."""


class SubmitFlags(Struct, frozen=True):
    """The options of a command that makes runs."""

    cluster: ClusterFlags
    dry_run: bool
    output: SubmitFormat
    lock_timeout: float
    fit_check: bool
    yes: bool
    skip_identity: bool

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is shown while it runs."""
        return self.output is not SubmitFormat.TEXT


def submit(
    runtime: Runtime,
    flags: SubmitFlags,
    environment: str,
    selection: Selection,
    name: str,
    pick: Pick | None = None,
) -> None:
    """`job submit`. Raises UsageError, AppError, ParamError, RenderError, PlanError, ClusterError."""
    progress = LiveProgress(quiet=flags.is_quiet)
    session = open_session(runtime, flags.cluster, progress, skip_identity_check=flags.skip_identity)
    names = environments_of(session.app, asked(environment), all_=False)
    placed = _placed(session, progress, names, selection, pick)
    place, (component,) = placed.environment, selection.components
    record = new_record(component, place, session.app.root, runtime.environ)
    request = RunRequest(selection, record, name, check_new=flags.dry_run)
    with progress:
        planned = plan_run(session, place, request, writing=not flags.dry_run)
    log_fit(session, planned, wanted=flags.fit_check and pick is None)
    finish_run(runtime, session, flags, planned, progress, placed.candidates)


def _placed(
    session: Session, progress: LiveProgress, names: Sequence[str], selection: Selection, pick: Pick | None
) -> Placed:
    """The environment of a run: the one that is named, or with `pick` one of several."""
    if pick is None:
        return Placed(one_environment(names, PICK), ())
    with progress:
        return place(session, names, selection, pick)


def finish_run(
    runtime: Runtime,
    session: Session,
    flags: SubmitFlags,
    planned: PlannedRun,
    progress: LiveProgress,
    candidates: Candidates = (),
) -> None:
    """Create a run and print it; in a dry run, print what would be created. Raises as `submit`."""
    if flags.dry_run:
        session.require_writable(planned.environment)
        print_planned_run(runtime, session, planned, flags.output, candidates)
        check_run(session, planned)
        return
    made = make_run(runtime, session, flags, planned, progress)
    print_submitted(runtime, session, made, flags.output, candidates)


def make_run(
    runtime: Runtime, session: Session, flags: SubmitFlags, planned: PlannedRun, progress: LiveProgress
) -> Submitted:
    """Check a run, ask where its environment is protected, and create it. Raises as `submit`."""
    check_run(session, planned)
    confirm_protected(runtime, session, planned.planned, yes=flags.yes)
    limits = Limits()
    locks = Locks(session, flags.lock_timeout, limits.stop)
    with progress, locks:
        if planned.shared.steps:  # what runs share belongs to the environment
            locks.look(planned.environment)
            if not locks.take(planned.environment):
                planned = plan_run(session, planned.environment, planned.request, writing=True)
                check_run(session, planned)
        return create_planned(session, planned, locks, limits)


def create_planned(session: Session, planned: PlannedRun, locks: Locks, limits: Limits) -> Submitted:
    """Create a run that was checked. Raises as `submit`."""
    options = locks.holding(planned.environment, DeployOptions(timeout=CRD_TIMEOUT, stop=limits.stop))
    return submit_run(session, planned, options)


def log_fit(session: Session, planned: PlannedRun, *, wanted: bool) -> None:
    """Say on stderr whether the run's pods would fit."""
    fits = FitLines(session, wanted=wanted)
    fits.check(planned.planned)
    fits.log([planned.environment])


def asked(environment: str) -> tuple[str, ...]:
    """The environment of the command line. Raises a usage error where there is none."""
    if not environment:
        raise click.UsageError(
            "Missing option '--env': name the environment where the job runs",
            click.get_current_context(silent=True),
        )
    return (environment,)


def one_environment(names: Sequence[str], hint: str = "name one of them") -> str:
    """The environment, if it is one. Raises UsageError."""
    if len(names) > 1:
        raise UsageError(
            f"--env stands for several environments: {listed(names)}",
            hint=hint,
        )
    return names[0]
