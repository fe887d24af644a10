"""Run the steps of a plan wave by wave, in parallel inside a wave."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Protocol

from msgspec import Struct

from dlctl.deploy.model import Report, Result
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.record import Record
from dlctl.errors import DlctlError, NotReady
from dlctl.plan.model import Action, Plan, Step
from dlctl.plan.parallel import as_done
from dlctl.redact import Redactor, secrets_of


class Phase(Protocol):
    """How steps are executed: applying or deleting."""

    @property
    def done_when_sent(self) -> bool:
        """Whether a step is done when the cluster accepts its request; else `finish_wave` completes it."""
        ...

    @property
    def has_events(self) -> bool:
        """Whether its steps are about objects of the app, so that there are events about them."""
        ...

    def check_cluster(self) -> None:
        """Check that the cluster is still the planned one. Raises DlctlError."""
        ...

    def blocker(self, step: Step, record: Record) -> str:
        """Why a step is blocked by failures of earlier waves; empty if it is not."""
        ...

    def send(self, step: Step, record: Record) -> None:
        """Send the requests of the step, in a worker thread. Raises DlctlError."""
        ...

    def finish_wave(self, steps: Sequence[Step], record: Record) -> None:
        """Wait for steps that must complete before the next wave, and record their outcomes."""
        ...


class Wave(Struct, frozen=True):
    """Steps that can run in parallel."""

    phase: Phase
    steps: tuple[Step, ...]


def waves_of(steps: Iterable[Step], phase: Phase) -> Iterator[Wave]:
    """Group steps, which are sorted by wave, into waves of one phase.

    A run of several phases has the waves of one phase, followed by those of the next.
    """
    for _, found in groupby(steps, key=lambda step: step.wave):
        yield Wave(phase, tuple(found))


def run_waves(plan: Plan, waves: Iterable[Wave], record: Record, options: DeployOptions) -> Report:
    """Run the steps of each wave, and report an outcome for each step of the plan.

    Failures of single steps are in the report. So is an interrupt: KeyboardInterrupt, which ends the run
    at once, or `options.stop`, after which no more requests are sent.
    """
    started = options.clock.now()
    try:
        for wave in waves:
            _run(wave, record, options)
    except KeyboardInterrupt:
        options.stop.set()
    return Report(
        plan.scope,
        (*(record.outcome(step) for step in plan.steps), *record.others(plan.steps)),
        options.clock.now() - started,
        interrupted=options.stop.is_set(),
        lock_taken_by=options.lock_taken_by(),
    )


def _run(wave: Wave, record: Record, options: DeployOptions) -> None:
    to_send = [step for step in wave.steps if not _needs_no_request(step, wave.phase, record)]
    if to_send and not options.is_stopped and (error := _refusal(wave.phase)):
        for step in to_send:
            record.failed(step, error)
        to_send = []
    if wave.phase.has_events:
        record.sending(to_send)
    for step, _ in as_done(
        lambda step: _take(step, wave.phase, record, options),
        to_send,
        options.threads,
        lambda: options.is_stopped,
    ):
        record.report(step)
    wave.phase.finish_wave(wave.steps, record)


def _refusal(phase: Phase) -> DlctlError | None:
    """Why nothing may be written any more; None if it may."""
    try:
        phase.check_cluster()
    except DlctlError as error:
        return error
    return None


def _needs_no_request(step: Step, phase: Phase, record: Record) -> bool:
    if not step.needs_request:
        record.put(step, Result.DONE)
        return True
    reason = phase.blocker(step, record)
    if reason:
        record.put(step, Result.SKIPPED, reason=reason)
    return bool(reason)


def _take(step: Step, phase: Phase, record: Record, options: DeployOptions) -> None:
    """Run a step in a worker, which records the result even if the run no longer waits for it.

    After the cluster stops responding, further steps are skipped, since each request would time out.
    """
    if options.is_stopped:
        return
    if options.is_over:
        record.put(step, Result.FAILED, error=NotReady("not applied: the command timed out"))
        return
    if record.cluster_is_lost:
        record.put(step, Result.SKIPPED, reason="the cluster is not responding")
        return
    record.begin(step)
    try:
        phase.send(step, record)
    except DlctlError as error:
        if not (options.is_stopped and isinstance(error, NotReady)):  # a wait that was stopped has not failed
            record.not_done(step, _masked(error, step))
        return
    if phase.done_when_sent:
        record.put(step, Result.DONE)
    elif step.action is Action.PRUNE:
        record.accepted(step)


def _masked(error: DlctlError, step: Step) -> DlctlError:
    """The error with the values of the step's Secret masked; parameters are masked with the events."""
    held = secrets_of(step.manifest.body) if step.manifest else ()
    return Redactor().with_values(held).mask_error(error)
