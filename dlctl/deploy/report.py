"""A report as versioned JSON."""

from typing import Any

from dlctl.deploy.masked import MaskedReport
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
