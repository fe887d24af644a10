"""`dlctl job sweep`: submit a run for each combination of values, and print the results."""

import time
from collections.abc import Sequence

from msgspec import Struct

from dlctl.cli.commands.job.runs.submitting import (
    SubmitFlags,
    asked,
    create_planned,
    log_fit,
    one_environment,
)
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.printable import printable
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import log
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.sweep import print_sweep, values_text
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of, open_session
from dlctl.errors import DeployError
from dlctl.status.model import Phase
from dlctl.text import counted, listed
from dlctl.workflow.locks import Locks
from dlctl.workflow.many import Limits
from dlctl.workflow.runs.author import new_record
from dlctl.workflow.runs.submit import check_run, plan_run
from dlctl.workflow.runs.sweep import Combination, Sweep, SweepRun, next_ones, runs_of, sweep_of_grid
from dlctl.workflow.session import Session

SHORTEST, LONGEST = 0.5, 5.0
"""Seconds between two looks at the runs: longer where nothing changes."""


class SweepFlags(Struct, frozen=True):
    """What is swept, and how many runs may be in progress at the same time."""

    environment: str
    component: str
    grid: Sequence[str]
    settings: Sequence[str]
    name: str
    max_parallel: int
    output: TableFormat


def sweep(runtime: Runtime, flags: SubmitFlags, asked_for: SweepFlags) -> None:
    """`job sweep`. Raises as `job submit`, and DeployError where runs did not succeed."""
    progress = LiveProgress(quiet=True)
    session = open_session(runtime, flags.cluster, progress, skip_identity_check=flags.skip_identity)
    place = one_environment(environments_of(session.app, asked(asked_for.environment), all_=False))
    record = new_record(asked_for.component, place, session.app.root, runtime.environ)
    found = sweep_of_grid(session, record, asked_for.settings, asked_for.grid, asked_for.name)
    runs = runs_of(session, found)
    session.require_writable(place)
    if flags.dry_run:
        print_sweep(runtime, found, runs, asked_for.output)
        return
    _confirm(runtime, session, found, runs, yes=flags.yes)
    work = _Work(session, flags, found)
    try:
        runs = work.until_ended(runs, asked_for.max_parallel)
    except KeyboardInterrupt:
        _stopped(runtime, work, asked_for)
        raise
    error = _error(runs)
    print_sweep(runtime, found, runs, asked_for.output, (error,) if error else ())
    if error:
        raise error


class _Work(Struct):
    """Submits runs and follows them; `seen` are the last phases that were logged."""

    session: Session
    flags: SubmitFlags
    sweep: Sweep
    seen: dict[str, Phase] = {}

    def until_ended(self, runs: tuple[SweepRun, ...], max_parallel: int) -> tuple[SweepRun, ...]:
        pause = SHORTEST
        while True:
            changed = self._log(runs)
            for each in next_ones(runs, max_parallel):
                self._submit(each)
                changed = True
            if all(each.final for each in runs):
                return runs
            pause = SHORTEST if changed else min(LONGEST, pause * 1.5)
            time.sleep(pause)
            runs = runs_of(self.session, self.sweep)

    def _submit(self, combination: Combination) -> None:
        """Submit a combination, unless the same sweep somewhere else just did: the lock keeps them apart."""
        place, limits = self.sweep.environment, Limits()
        with Locks(self.session, self.flags.lock_timeout, limits.stop) as locks:
            locks.look(place)
            locks.take(place)
            if any(each.job for each in runs_of(self.session, self.sweep) if each.combination is combination):
                return
            planned = plan_run(self.session, place, combination.request, writing=True)
            log_fit(self.session, planned, wanted=self.flags.fit_check)
            check_run(self.session, planned)
            made = create_planned(self.session, planned, locks, limits)
        log(printable(f"{made.run.record.run}: {values_text(combination.values)} submitted"))

    def _log(self, runs: Sequence[SweepRun]) -> bool:
        """Log each run whose phase has changed."""
        changed = False
        for each in runs:
            if each.job is not None and self.seen.get(each.job.run) is not each.job.phase:
                changed = True
                self.seen[each.job.run] = each.job.phase
                log(printable(f"{each.job.run}: {values_text(each.combination.values)} {each.job.phase}"))
        return changed


def _confirm(
    runtime: Runtime, session: Session, found: Sweep, runs: Sequence[SweepRun], *, yes: bool
) -> None:
    """Ask before a protected environment is written to."""
    waiting = sum(each.job is None for each in runs)
    if waiting and session.target(found.environment).environment.protected:
        what = f"{counted(waiting, 'run')} of component {found.component}"
        confirm(runtime, f"Environment '{found.environment}' is protected. Submit {what}?", yes=yes)


def _stopped(runtime: Runtime, work: _Work, asked_for: SweepFlags) -> None:
    """After Ctrl-C: what is there goes on; print it, and say how the sweep goes on."""
    runs = runs_of(work.session, work.sweep)
    print_sweep(runtime, work.sweep, runs, asked_for.output)
    waiting = sum(each.job is None for each in runs)
    log(
        f"interrupted: runs that were submitted continue, {counted(waiting, 'combination')} not submitted; "
        "the same command continues the sweep"
    )


def _error(runs: Sequence[SweepRun]) -> DeployError | None:
    bad = [each.job.run for each in runs if each.job and each.job.phase is not Phase.SUCCEEDED]
    if not bad:
        return None
    return DeployError(f"{len(bad)} of {counted(len(runs), 'run')} did not succeed: {listed(bad)}")
