"""Reports as items of a `ReportList`."""

from typing import Any

from dlctl.deploy.cause import Cause
from dlctl.deploy.masked import MaskedReport
from dlctl.deploy.model import Outcome, Result
from dlctl.deploy.waited import Waited
from dlctl.plan.view.report import ref_report, scope_report
from dlctl.plan.view.status_report import object_report
from dlctl.report import error_report


def run_report(report: MaskedReport) -> dict[str, Any]:
    """The report of a run: of an apply, or of a deletion, whose actions are `prune`."""
    return {
        "scope": scope_report(report.scope),
        "succeeded": report.succeeded and not report.interrupted,
        "interrupted": report.interrupted,
        "durationSeconds": round(report.duration, 3),
        "counts": {action.value: count for action, count in sorted(report.counts.items())},
        "results": {result.value: len(report.having(result)) for result in Result},
        "objects": [_outcome(outcome) for outcome in report.outcomes],
        "waited": wait_report(report.waited) if report.waited is not None else None,
        "notes": list(report.notes),
    }


def wait_report(waited: Waited) -> dict[str, Any]:
    """The end of a wait, which is masked: whether all is as far as it must be, and why not."""
    return {
        "goal": waited.goal.value,
        "reached": waited.is_reached,
        "durationSeconds": round(waited.seconds, 3),
        "objects": [object_report(status) for status in waited.objects],
        "causes": [cause_report(cause) for cause in waited.causes],
    }


def cause_report(cause: Cause) -> dict[str, Any]:
    """A cause, which is masked."""
    return {
        "object": ref_report(cause.ref),
        "layer": cause.layer,
        "text": cause.text,
        "pods": list(cause.pods),
        "events": list(cause.events),
        "log": list(cause.log),
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
