"""A report with its secrets masked: the only input for text and JSON."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from dlctl.deploy.cause import Cause
from dlctl.deploy.model import Outcome, Report, Result
from dlctl.deploy.waited import Waited
from dlctl.errors import DlctlError
from dlctl.plan.model import Action, Scope
from dlctl.plan.view.masked_status import masked_object
from dlctl.redact import Redactor


class MaskedReport:
    """A report with its secrets masked; it cannot be created without a redactor.

    `notes` are the notes that were emitted while the run was planned and executed.
    """

    __slots__ = ("_report", "notes")

    def __init__(self, report: Report, redactor: Redactor, notes: Iterable[str] = ()) -> None:
        self._report = replace(
            report,
            outcomes=tuple(_masked(each, redactor) for each in report.outcomes),
            waited=masked_wait(report.waited, redactor) if report.waited is not None else None,
        )
        self.notes: tuple[str, ...] = tuple(redactor.mask_message(note) for note in notes)

    @property
    def scope(self) -> Scope:
        """The target of the run."""
        return self._report.scope

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """One outcome for each step, in plan order."""
        return self._report.outcomes

    @property
    def duration(self) -> float:
        """The duration of the run in seconds."""
        return self._report.duration

    @property
    def interrupted(self) -> bool:
        """Whether the user interrupted it."""
        return self._report.interrupted

    @property
    def succeeded(self) -> bool:
        """Whether every step was done."""
        return self._report.succeeded

    @property
    def busy(self) -> bool:
        """Whether the plan had changes."""
        return self._report.busy

    @property
    def waited(self) -> Waited | None:
        """The end of the wait for the objects; None if nothing was waited for."""
        return self._report.waited

    @property
    def counts(self) -> Mapping[Action, int]:
        """The number of completed steps by action."""
        return self._report.counts

    def having(self, result: Result) -> tuple[Outcome, ...]:
        """The outcomes with this result."""
        return self._report.having(result)

    def error(self) -> DlctlError | None:
        """One error that lists the failures; None if nothing failed."""
        return self._report.error()


def masked_wait(waited: Waited, redactor: Redactor) -> Waited:
    """The end of a wait with its secrets masked."""
    return replace(
        waited,
        objects=tuple(masked_object(each, redactor) for each in waited.objects),
        causes=tuple(masked_cause(each, redactor) for each in waited.causes),
    )


def masked_cause(cause: Cause, redactor: Redactor) -> Cause:
    """A cause with its secrets masked."""
    return replace(
        cause,
        ref=redactor.mask_ref(cause.ref),
        text=redactor.mask_message(cause.text),
        events=tuple(redactor.mask_message(line) for line in cause.events),
        log=tuple(redactor.mask_message(line) for line in cause.log),
    )


def _masked(outcome: Outcome, redactor: Redactor) -> Outcome:
    return replace(
        outcome,
        ref=redactor.mask_ref(outcome.ref),
        error=redactor.mask_error(outcome.error) if outcome.error else None,
        reason=redactor.mask_message(outcome.reason),
    )
