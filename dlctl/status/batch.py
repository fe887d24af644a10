"""Rules for Jobs and the training jobs of Kubeflow."""

from datetime import datetime

from dlctl.manifest import JsonObject
from dlctl.status.model import (
    Verdict,
    condition,
    conditions_of,
    current,
    failed,
    in_progress,
    is_true,
    message_of,
    number_at,
    text_at,
    value_at,
)


def job(body: JsonObject, now: datetime | None) -> Verdict:
    """A running job is current, as in kstatus; it need not be complete."""
    if is_true(condition(body, "Complete")):
        return current(f"completed, {number_at(body, 'status', 'succeeded')} succeeded")
    failure = condition(body, "Failed")
    if is_true(failure):
        return failed(message_of(failure, "failed"))
    if is_true(condition(body, "Suspended")) and value_at(body, "spec", "suspend") is True:
        return current("suspended")
    if not value_at(body, "status", "startTime"):
        return in_progress("not started")
    return current(f"running, {_counts(body)}")


def _counts(body: JsonObject) -> str:
    words = ("active", "succeeded", "failed")
    return ", ".join(f"{number_at(body, 'status', word)} {word}" for word in words)


def training_job(body: JsonObject, now: datetime | None) -> Verdict:
    """Current while it runs, like a Job; never current without a status from its controller.

    Conditions: kubeflow/common `JobConditionType`; trainer.kubeflow.org writes Complete for Succeeded.
    """
    if not conditions_of(body):
        return in_progress("waiting for a controller")
    failure = condition(body, "Failed")
    if is_true(failure):
        return failed(message_of(failure, "failed"))
    for type_ in ("Succeeded", "Complete", "Suspended", "Running"):
        if is_true(condition(body, type_)):
            return current(type_.lower())
    return in_progress(message_of(conditions_of(body)[-1], "not running yet"))


INITIALIZER = "-initializer"
"""Name suffixes of the roles that fetch data or a model before the others start."""


def train_job(body: JsonObject, now: datetime | None) -> Verdict:
    """Like a training job, but no condition shows that it runs, only the Job counts of each role.

    A role is `ready` when all its pods are; before it may start, all its counts are 0.
    """
    roles = _roles(body)
    if not roles or any(is_true(condition(body, type_)) for type_ in ("Complete", "Failed", "Suspended")):
        return training_job(body, now)
    up = [role for role, counts in roles.items() if counts["ready"] or counts["succeeded"]]
    waiting = [role for role in roles if role not in up]
    fetching = [role for role in up if role.endswith(INITIALIZER) and roles[role]["ready"]]
    started = [role for role in waiting if roles[role]["active"]]
    if not waiting or (fetching and not started):
        return current("running" if not fetching else f"running {', '.join(fetching)}")
    return in_progress(f"waiting for the pods of {', '.join(started or waiting)}")


def _roles(body: JsonObject) -> dict[str, dict[str, int]]:
    """The number of Jobs of each role, by state."""
    found = value_at(body, "status", "jobsStatus")
    words = ("ready", "succeeded", "active")
    return {
        text_at(role, "name"): {word: number_at(role, word) for word in words}
        for role in (found if isinstance(found, list) else ())
        if text_at(role, "name")
    }
