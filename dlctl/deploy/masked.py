"""A run without its secrets: the only form that text and JSON are made from."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dlctl.deploy.model import Outcome, Report, Result
from dlctl.errors import DlctlError
from dlctl.plan.model import Action, Scope
from dlctl.redact import Redactor


class MaskedReport:
    """A run with its secrets masked; it cannot be made without a redactor.

    `notes` are texts that were reported while the run was planned and carried out.
    """

    __slots__ = ("_report", "notes")

    def __init__(self, report: Report, redactor: Redactor, notes: Iterable[str] = ()) -> None:
        self._report = replace(report, outcomes=tuple(_masked(each, redactor) for each in report.outcomes))
        self.notes: tuple[str, ...] = tuple(redactor.mask_text(note) for note in notes)

    @property
    def scope(self) -> Scope:
        """Which target the run was about."""
        return self._report.scope

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """One outcome for each step, in the plan's order."""
        return self._report.outcomes

    @property
    def duration(self) -> float:
        """Seconds that the run took."""
        return self._report.duration

    @property
    def interrupted(self) -> bool:
        """Whether the user stopped it."""
        return self._report.interrupted

    @property
    def succeeded(self) -> bool:
        """Whether every step was done."""
        return self._report.succeeded

    @property
    def busy(self) -> bool:
        """Whether the plan had anything to do."""
        return self._report.busy

    @property
    def counts(self) -> Mapping[Action, int]:
        """How many steps were done, by action."""
        return self._report.counts

    def having(self, result: Result) -> tuple[Outcome, ...]:
        """The outcomes of one result."""
        return self._report.having(result)

    def error(self) -> DlctlError | None:
        """One error that lists the failures; None where nothing failed."""
        return self._report.error()


def _masked(outcome: Outcome, redactor: Redactor) -> Outcome:
    return replace(
        outcome,
        ref=redactor.mask_ref(outcome.ref),
        error=redactor.mask_error(outcome.error) if outcome.error else None,
        reason=redactor.mask_text(outcome.reason),
    )
