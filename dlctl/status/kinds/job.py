"""Job."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import (
    Verdict,
    condition,
    current,
    failed,
    in_progress,
    is_true,
    message_of,
    number_at,
    value_at,
)

KINDS = (GroupKind("batch", "Job"),)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """A job with running pods is current, as in kstatus; it need not be complete.

    A job whose pods are all pending has a start time, too: it is in progress.
    """
    if is_true(condition(body, "Complete")):
        return current(f"completed, {number_at(body, 'status', 'succeeded')} succeeded")
    failure = condition(body, "Failed")
    if is_true(failure):
        return failed(message_of(failure, "failed"))
    if is_true(condition(body, "Suspended")) and value_at(body, "spec", "suspend") is True:
        return current("suspended")
    if not value_at(body, "status", "startTime"):
        return in_progress("not started")
    active, ready = number_at(body, "status", "active"), value_at(body, "status", "ready")
    if active and ready == 0:
        return in_progress(f"none of {active} active pods ready")
    return current(f"running, {_counts(body)}")


def _counts(body: JsonObject) -> str:
    words = ("active", "succeeded", "failed")
    return ", ".join(f"{number_at(body, 'status', word)} {word}" for word in words)
