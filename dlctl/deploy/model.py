"""The model of reports."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from dlctl.deploy.waited import Waited
from dlctl.errors import DeployError, DlctlError, NotReady
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action, Scope
from dlctl.text import counted


class Result(StrEnum):
    """The result of a step: `skipped` after a failure of another step, `stopped` by an interrupt.

    `requested`: the cluster accepted the deletion, whose end was not awaited. `unknown`: the request was
    sent, but there was no response, because of an interrupt or of an error.
    """

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    REQUESTED = "requested"
    UNKNOWN = "unknown"


class Outcome(Struct, frozen=True):
    """The outcome of one step; `reason` says why it was skipped, or has other details."""

    ref: ObjectRef
    action: Action
    result: Result
    component: str = ""
    error: DlctlError | None = None
    reason: str = ""


class Report(Struct, frozen=True):
    """The report of a run: an outcome for every step of its plan, in plan order.

    `waited` is the end of the wait for the objects; None if nothing was waited for. `lock_taken_by` is who
    has taken over the lock of the environment meanwhile: then the rest was not done.
    """

    scope: Scope
    outcomes: tuple[Outcome, ...]
    duration: float
    interrupted: bool = False
    waited: Waited | None = None
    lock_taken_by: str = ""

    @property
    def counts(self) -> Mapping[Action, int]:
        """The number of completed steps by action."""
        return Counter(outcome.action for outcome in self.outcomes if outcome.result is Result.DONE)

    def having(self, result: Result) -> tuple[Outcome, ...]:
        """The outcomes with this result."""
        return tuple(outcome for outcome in self.outcomes if outcome.result is result)

    @property
    def busy(self) -> bool:
        """Whether the plan had changes."""
        return any(outcome.action is not Action.UNCHANGED for outcome in self.outcomes)

    @property
    def succeeded(self) -> bool:
        """Whether every step was done, and everything is ready if that was waited for."""
        ready = self.waited is None or self.waited.is_reached
        return ready and all(outcome.result is Result.DONE for outcome in self.outcomes)

    def error(self) -> DlctlError | None:
        """One error that lists the failures; None if nothing failed. NotReady if all failures are."""
        errors = tuple(outcome.error for outcome in self.outcomes if outcome.error is not None)
        ended = (Result.DONE, Result.FAILED, Result.SKIPPED)
        if stopped := self.lock_taken_by and sum(each.result not in ended for each in self.outcomes):
            return DeployError(
                f"{self.lock_taken_by} has taken over the lock: {counted(stopped, 'object')} not done",
                problems=errors,
                hint="run the command again: it continues from there",
            )
        if not errors:
            return self.waited.error() if self.waited is not None else None
        if all(isinstance(error, NotReady) for error in errors):
            text = f"{counted(len(errors), 'object')} did not finish in time{self._skipped()}"
            return NotReady(text, problems=errors)
        failed = len(self.having(Result.FAILED))
        parts = [(failed, "failed"), (len(errors) - failed, "with unknown result")]
        text = ", ".join(f"{counted(count, 'object')} {word}" for count, word in parts if count)
        return DeployError(f"{text}{self._skipped()}", problems=errors)

    def _skipped(self) -> str:
        count = len(self.having(Result.SKIPPED))
        return f", {count} skipped" if count else ""
