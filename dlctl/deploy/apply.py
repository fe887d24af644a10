"""A plan, carried out: wave after wave, in parallel inside a wave."""

import threading
from collections.abc import Iterable
from itertools import groupby

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.apply_step import take_step
from dlctl.deploy.blocking import Failures
from dlctl.deploy.definitions import is_predicted, kinds_of, wait_for_kinds
from dlctl.deploy.events import Applied, Emit, Failed, Progress, no_events
from dlctl.deploy.model import Outcome, Report, Result
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.preconditions import refuse_blocked
from dlctl.errors import DlctlError, Unauthorized, Unreachable
from dlctl.kinds import DEFINITION
from dlctl.manifest import ApiKey, ObjectRef
from dlctl.plan.model import Action, Plan, Step
from dlctl.plan.parallel import as_done
from dlctl.redact import secrets_of


def apply_plan(
    plan: Plan, cluster: Cluster, options: DeployOptions | None = None, emit: Emit = no_events
) -> Report:
    """Apply what was planned and say what came of each step.

    PlanError, before the first write, where a step is a conflict or unknown. Failures of single
    objects are in the report; so is an interrupt (KeyboardInterrupt, or `options.stop`).
    """
    refuse_blocked(plan)
    options = options or DeployOptions()
    started = options.clock.now()
    run = _Run(plan, cluster, options, emit)
    run.all_waves()
    return Report(
        plan.scope,
        tuple(run.outcome(step) for step in plan.steps),
        options.clock.now() - started,
        interrupted=run.interrupted,
        notes=plan.notes,
    )


class _Run:
    """The state of one run. Workers write `outcomes`; all else happens in the caller's thread."""

    def __init__(self, plan: Plan, cluster: Cluster, options: DeployOptions, emit: Emit) -> None:
        self.plan = plan
        self.cluster = cluster
        self.options = options
        self.emit = emit
        self.outcomes: dict[ObjectRef, Outcome] = {}
        self.failures = Failures()
        self.resources: dict[ApiKey, Resource] = {}
        self.lost = threading.Event()
        self.begun: set[ObjectRef] = set()
        self.interrupted = False

    def all_waves(self) -> None:
        try:
            for _, steps in groupby(self.plan.steps, key=lambda step: step.wave):
                self.wave(list(steps))
        except KeyboardInterrupt:
            self.options.stop.set()
        self.interrupted = self.options.stop.is_set()

    def wave(self, steps: list[Step]) -> None:
        open_ = [step for step in steps if not self.resolve_idle(step)]
        for step, outcome in as_done(self.take, open_, self.options.threads):
            self.report(step, outcome)
        self.wait_for_definitions(steps)
        for step in steps:
            self.failures.add(step, self.outcome(step))

    def resolve_idle(self, step: Step) -> bool:
        """Whether nothing is to be sent for the step: it is unchanged, or another's failure stops it."""
        if step.action is Action.UNCHANGED:
            self.outcomes[step.ref] = _outcome(step, Result.DONE)
            return True
        reason = self.failures.blocker(step)
        if reason:
            self.outcomes[step.ref] = _outcome(step, Result.SKIPPED, reason=reason)
        return bool(reason)

    def take(self, step: Step) -> Outcome:
        """In a worker: do the step, and keep what came of it even if nobody waits for it any more."""
        if self.options.stop.is_set():
            return self.outcome(step)
        self.begun.add(step.ref)
        if self.lost.is_set():
            outcome = _outcome(step, Result.SKIPPED, reason="the cluster does not answer any more")
        else:
            outcome = self.attempt(step)
        self.outcomes[step.ref] = outcome
        return outcome

    def attempt(self, step: Step) -> Outcome:
        try:
            take_step(self.cluster, step, self.options, self.resources)
        except DlctlError as error:
            self.notice_loss(error)
            held = secrets_of(step.manifest.body) if step.manifest else ()
            redactor = self.options.redactor.with_values(held)
            return _outcome(step, Result.FAILED, error=redactor.mask_error(error))
        return _outcome(step, Result.DONE)

    def notice_loss(self, error: DlctlError) -> None:
        """Once a cluster does not answer, each further request would be waited for as long again."""
        if isinstance(error, Unreachable | Unauthorized):
            self.lost.set()

    def report(self, step: Step, outcome: Outcome) -> None:
        if outcome.result is Result.DONE:
            self.emit(Applied(step.ref, step.action))
        elif outcome.error is not None:
            self.emit(Failed(step.ref, outcome.error))

    def wait_for_definitions(self, steps: Iterable[Step]) -> None:
        """CRDs that were just written are waited for; unchanged ones only where their kind is not served."""
        used = frozenset(step.manifest.api_key for step in self.plan.steps if step.manifest is not None)
        predicted = frozenset(
            step.manifest.api_key
            for step in self.plan.steps
            if step.manifest is not None and is_predicted(step)
        )
        definitions = [
            step
            for step in steps
            if step.ref.group_kind == DEFINITION
            and self.outcome(step).result is Result.DONE
            and (step.action is not Action.UNCHANGED or predicted & kinds_of(step))
        ]
        if not definitions or self.options.stop.is_set():
            return
        self.emit(Progress("waiting for the API server to serve the new kinds"))
        served = wait_for_kinds(self.cluster, definitions, used, self.options)
        self.resources.update(served.resources)
        for step in definitions:
            error = served.failures.get(step.ref)
            if error is not None:
                self.notice_loss(error)
                self.outcomes[step.ref] = _outcome(step, Result.FAILED, error=error)
                self.emit(Failed(step.ref, error))

    def outcome(self, step: Step) -> Outcome:
        reason = "it was being sent: the cluster may have it" if step.ref in self.begun else ""
        return self.outcomes.get(step.ref) or _outcome(step, Result.STOPPED, reason=reason)


def _outcome(step: Step, result: Result, *, error: DlctlError | None = None, reason: str = "") -> Outcome:
    return Outcome(step.ref, step.action, result, step.component, error, reason)
