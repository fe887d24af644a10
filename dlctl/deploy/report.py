"""What came of a run, and states, as JSON for scripts; the shapes are versioned."""

from collections import Counter
from typing import Any

from dlctl.deploy.masked import MaskedReport, MaskedStatus
from dlctl.deploy.model import Outcome, Result
from dlctl.errors import DlctlError
from dlctl.plan.view.report import API_VERSION, ref_report, scope_report


def run_report(report: MaskedReport) -> dict[str, Any]:
    """`kind: Report`, of an apply or a deletion (its actions are `prune`)."""
    return {
        "apiVersion": API_VERSION,
        "kind": "Report",
        "scope": scope_report(report.scope),
        "succeeded": report.succeeded,
        "interrupted": report.interrupted,
        "durationSeconds": round(report.duration, 3),
        "counts": {action.value: count for action, count in sorted(report.counts.items())},
        "results": {result.value: len(report.having(result)) for result in Result},
        "objects": [_outcome(outcome) for outcome in report.outcomes],
        "notes": list(report.notes),
    }


def status_report(states: MaskedStatus) -> dict[str, Any]:
    """`kind: Status`: a state and a message for each object."""
    counts = Counter(status.verdict.status.value for status in states.objects)
    return {
        "apiVersion": API_VERSION,
        "kind": "Status",
        "scope": scope_report(states.scope),
        "counts": dict(sorted(counts.items())),
        "objects": [
            {
                "object": ref_report(status.ref),
                "component": status.component,
                "status": status.verdict.status.value,
                "message": status.verdict.message,
                "extra": status.extra,
            }
            for status in states.objects
        ],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "action": outcome.action.value,
        "object": ref_report(outcome.ref),
        "component": outcome.component,
        "result": outcome.result.value,
        "error": _error(outcome.error) if outcome.error else None,
        "reason": outcome.reason,
    }


def _error(error: DlctlError) -> dict[str, Any]:
    return {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
    }
