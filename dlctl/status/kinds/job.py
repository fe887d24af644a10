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
    if not active and not number_at(body, "status", "succeeded"):
        return _without_pods(body, active)
    return current(f"running, {_counts(body)}", Phase.RUNNING if _has_all_pods(body) else Phase.STARTING)


def _has_all_pods(body: JsonObject) -> bool:
    """Whether as many pods are ready, or have succeeded, as run at once; as Kueue counts them."""
    ready = value_at(body, "status", "ready")
    if not isinstance(ready, int):
        return True  # an old server, which does not count them
    parallelism = number_at(body, "spec", "parallelism", default=1)
    wanted = min(parallelism, number_at(body, "spec", "completions", default=parallelism))
    return ready + number_at(body, "status", "succeeded") >= wanted


def _without_pods(body: JsonObject, active: int) -> Verdict:
    """No pod is ready: one after another fails, or the first is not there yet."""
    failures = number_at(body, "status", "failed")
    message = f"none of {active} active pods ready" if active else "no pods"
    if failures:
        return in_progress(f"{message}, {failures} failed", Phase.RESTARTING)
    return in_progress(message, Phase.PENDING)


def _counts(body: JsonObject) -> str:
    words = ("active", "succeeded", "failed")
    return ", ".join(f"{number_at(body, 'status', word)} {word}" for word in words)
