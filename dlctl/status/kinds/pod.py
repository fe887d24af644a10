"""Pod."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import (
    Verdict,
    condition,
    current,
    failed,
    in_progress,
    is_true,
    message_of,
    text_at,
    time_of,
    value_at,
)

KINDS = (GroupKind("", "Pod"),)

UNSCHEDULABLE_GRACE = timedelta(seconds=15)
"""How long a pod may be unschedulable before it counts as failed (kstatus `ScheduleWindow`)."""


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Succeeded, failed, or running and ready."""
    phase = text_at(body, "status", "phase")
    if phase == "Succeeded":
        return current("completed")
    if phase == "Failed":
        return current("completed, but not successfully")
    if phase == "Running":
        return _running(body)
    if phase == "Pending":
        return _pending(body, now)
    return in_progress("waiting for a node" if not phase else f"in phase {phase}")


def _running(body: JsonObject) -> Verdict:
    ready = condition(body, "Ready")
    if is_true(ready):
        return current("ready")
    crashed = ", ".join(_crashing(body))
    if crashed:
        return failed(f"containers crash repeatedly: {crashed}")
    return in_progress(message_of(ready, "running, not ready"))


def _crashing(body: JsonObject) -> Iterator[str]:
    for key in ("initContainerStatuses", "containerStatuses"):
        statuses = value_at(body, "status", key)
        for status in statuses if isinstance(statuses, list) else ():
            if text_at(status, "state", "waiting", "reason") == "CrashLoopBackOff":
                yield text_at(status, "name")


def _pending(body: JsonObject, now: datetime | None) -> Verdict:
    scheduled = condition(body, "PodScheduled")
    if scheduled.get("status") == "False" and scheduled.get("reason") == "Unschedulable":
        message = message_of(scheduled, "no node fits")
        since = time_of(text_at(scheduled, "lastTransitionTime"))
        waited_long = now is not None and since is not None and now - since > UNSCHEDULABLE_GRACE
        return (
            failed(f"unschedulable: {message}") if waited_long else in_progress(f"unschedulable: {message}")
        )
    return in_progress("pending")
