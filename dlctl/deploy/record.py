"""The outcomes of a run so far."""

import threading
from collections.abc import Collection, Iterable

from dlctl.deploy.events import Applied, Failed, Sending
from dlctl.deploy.model import Outcome, Result
from dlctl.errors import DlctlError, Unauthorized, Unreachable
from dlctl.events import Emit
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action, Step

RESULT_UNKNOWN = "the request was sent, but its result is unknown"
DELETION_REQUESTED = "its deletion was requested"
NOT_CREATED = "its deletion was requested, and it is not created again yet"

_SENT = threading.Event()


def note_sent() -> None:
    """Note that this process sends a change."""
    _SENT.set()


def any_sent() -> bool:
    """Whether this process has sent a change: it may remain, however the process ends."""
    return _SENT.is_set()


class Record:
    """The outcomes of a run, by object.

    Workers may call `begin`, `accepted`, `put` and `not_done`; all other methods must be called in the
    caller's thread, which emits the events.
    """

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._outcomes: dict[ObjectRef, Outcome] = {}
        self._begun: dict[ObjectRef, Outcome] = {}
        self.has_failures = False
        self.cluster_is_lost = False

    def begin(self, step: Step) -> None:
        """Record that a request is sent; its result is unknown if it is not awaited."""
        note_sent()
        self._begun[step.ref] = _outcome(step, Result.UNKNOWN, reason=RESULT_UNKNOWN)

    def accepted(self, step: Step) -> None:
        """Record that the cluster accepted the deletion of an object, which still exists."""
        reason = NOT_CREATED if step.action is Action.REPLACE else DELETION_REQUESTED
        self._begun[step.ref] = _outcome(step, Result.REQUESTED, reason=reason)

    def sending(self, steps: Collection[Step]) -> None:
        """Report that the requests of these steps are about to be sent."""
        for deletes in (False, True):
            refs = tuple(each.ref for each in steps if (each.action is Action.PRUNE) is deletes)
            if refs:
                self._emit(Sending(refs, deletes))

    def put(self, step: Step, result: Result, *, error: DlctlError | None = None, reason: str = "") -> None:
        """Record the result of a step, without reporting it."""
        if result is Result.FAILED or error is not None:
            self.has_failures = True
        if isinstance(error, Unreachable | Unauthorized):
            self.cluster_is_lost = True
        self._outcomes[step.ref] = _outcome(step, result, error, reason)

    def not_done(self, step: Step, error: DlctlError) -> None:
        """Record the error of a request, without reporting it: without a response its result is unknown."""
        if isinstance(error, Unreachable) and error.may_have_written:
            error = error.with_message(f"{RESULT_UNKNOWN}: {error.message}")
            self.put(step, Result.UNKNOWN, error=error, reason=RESULT_UNKNOWN)
        else:
            self.put(step, Result.FAILED, error=error)

    def done(self, step: Step) -> None:
        """Record and report that a step is done."""
        self.put(step, Result.DONE)
        self.report(step)

    def failed(self, step: Step, error: DlctlError) -> None:
        """Record and report that a step failed."""
        self.put(step, Result.FAILED, error=error)
        self.report(step)

    def report(self, step: Step) -> None:
        """Emit the event of a step that is done or failed."""
        outcome = self._outcomes.get(step.ref)
        if outcome is None:
            return
        if outcome.result is Result.DONE:
            self._emit(Applied(step.ref, step.action))
        elif outcome.error is not None:
            self._emit(Failed(step.ref, outcome.error))

    def failed_ref(self, ref: ObjectRef) -> bool:
        """Whether the step of an object failed or was skipped."""
        known = self._outcomes.get(ref)
        return known is not None and known.result is not Result.DONE

    def others(self, steps: Iterable[Step]) -> tuple[Outcome, ...]:
        """The outcomes of failed steps that are not among these."""
        planned = {step.ref for step in steps}
        left = (each for each in self._outcomes.values() if each.ref not in planned)
        return tuple(each for each in left if each.error is not None)

    def is_pending(self, step: Step) -> bool:
        """Whether the request of a step was sent and its result is not known yet."""
        return step.ref in self._begun and step.ref not in self._outcomes

    def outcome(self, step: Step) -> Outcome:
        """The outcome of a step; STOPPED if no request was sent."""
        known = self._outcomes.get(step.ref) or self._begun.get(step.ref)
        return known or _outcome(step, Result.STOPPED)


def _outcome(step: Step, result: Result, error: DlctlError | None = None, reason: str = "") -> Outcome:
    return Outcome(step.ref, step.action, result, step.component, error, reason)
