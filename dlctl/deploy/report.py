"""What came of a run, and states, as items of a `ReportList` and a `StatusList`, for scripts."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from dlctl.deploy.model import ObjectStatus, Outcome, Report, Result
from dlctl.plan.model import Scope
from dlctl.plan.view.report import ref_report, scope_report
from dlctl.redact import Redactor
from dlctl.report import error_report


def run_report(report: Report, redactor: Redactor | None = None) -> dict[str, Any]:
    """A run: an apply or a deletion (its actions are `prune`)."""
    masking = redactor or Redactor()
    return {
        "scope": scope_report(report.scope),
        "succeeded": report.succeeded,
        "interrupted": report.interrupted,
        "durationSeconds": round(report.duration, 3),
        "counts": {action.value: count for action, count in sorted(report.counts.items())},
        "results": {result.value: len(report.having(result)) for result in Result},
        "objects": [_outcome(outcome, masking) for outcome in report.outcomes],
        "notes": [masking.mask_text(note) for note in report.notes],
    }


def status_report(
    scope: Scope, statuses: Iterable[ObjectStatus], redactor: Redactor | None = None
) -> dict[str, Any]:
    """A state and a message for each object."""
    masking = redactor or Redactor()
    listed = list(statuses)
    counts = Counter(status.verdict.status.value for status in listed)
    return {
        "scope": scope_report(scope),
        "counts": dict(sorted(counts.items())),
        "objects": [
            {
                "object": ref_report(status.ref),
                "component": status.component,
                "status": status.verdict.status.value,
                "message": masking.mask_text(status.verdict.message),
                "extra": status.extra,
            }
            for status in listed
        ],
    }


def _outcome(outcome: Outcome, redactor: Redactor) -> dict[str, Any]:
    return {
        "action": outcome.action.value,
        "object": ref_report(outcome.ref),
        "component": outcome.component,
        "result": outcome.result.value,
        "error": error_report(redactor.mask_error(outcome.error)) if outcome.error else None,
        "reason": redactor.mask_text(outcome.reason),
    }
