"""Job."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import (
    Phase,
    Verdict,
    condition,
    current,
    failed,
    in_progress,
    is_true,
    message_of,
    number_at,
    text_at,
    value_at,
)

KINDS = (GroupKind("batch", "Job"),)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """A job with running pods is current, as in kstatus; it need not be complete.

    A job whose pods are all pending has a start time, too: it is in progress.
    """
    if is_true(condition(body, "Complete")):
        return current(f"completed, {number_at(body, 'status', 'succeeded')} succeeded", Phase.SUCCEEDED)
    failure = condition(body, "Failed")
    if is_true(failure):
        return failed(message_of(failure, "failed"), Phase.FAILED, text_at(failure, "reason"))
    if is_true(condition(body, "Suspended")) and value_at(body, "spec", "suspend") is True:
        return current("suspended", Phase.SUSPENDED)
    if not value_at(body, "status", "startTime"):
        return in_progress("not started", Phase.PENDING)
    active, ready = number_at(body, "status", "active"), value_at(body, "status", "ready")
    if active and ready == 0:
        return _without_pods(body, active)
    return current(f"running, {_counts(body)}", Phase.RUNNING)


def _without_pods(body: JsonObject, active: int) -> Verdict:
    """No pod is ready: one after another fails, or the first is not there yet."""
    failures = number_at(body, "status", "failed")
    if failures:
        return in_progress(f"none of {active} active pods ready, {failures} failed", Phase.RESTARTING)
    return in_progress(f"none of {active} active pods ready", Phase.PENDING)


def _counts(body: JsonObject) -> str:
    words = ("active", "succeeded", "failed")
    return ", ".join(f"{number_at(body, 'status', word)} {word}" for word in words)
