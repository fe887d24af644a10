"""Reports as items of a `ReportList`."""

from typing import Any

from dlctl.deploy.masked import MaskedReport
from dlctl.deploy.model import Outcome, Result
from dlctl.plan.view.report import ref_report, scope_report
from dlctl.report import error_report


def run_report(report: MaskedReport) -> dict[str, Any]:
    """The report of a run: of an apply, or of a deletion, whose actions are `prune`."""
    return {
        "scope": scope_report(report.scope),
        "succeeded": report.succeeded,
        "interrupted": report.interrupted,
        "durationSeconds": round(report.duration, 3),
        "counts": {action.value: count for action, count in sorted(report.counts.items())},
        "results": {result.value: len(report.having(result)) for result in Result},
        "objects": [_outcome(outcome) for outcome in report.outcomes],
        "notes": list(report.notes),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "action": outcome.action.value,
        "object": ref_report(outcome.ref),
        "component": outcome.component,
        "result": outcome.result.value,
        "error": error_report(outcome.error) if outcome.error else None,
        "reason": outcome.reason,
    }
