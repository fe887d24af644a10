"""Rules of what runs to an end: Jobs, and the training jobs of Kubeflow."""

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
    number_at,
    value_at,
    words_of,
)


def job(body: JsonObject, now: datetime | None) -> Verdict:
    """A job that runs is current; waiting for its end is another question (kstatus decides so)."""
    if is_true(condition(body, "Complete")):
        return current(f"completed, {number_at(body, 'status', 'succeeded')} succeeded")
    failure = condition(body, "Failed")
    if is_true(failure):
        return failed(words_of(failure, "failed"))
    if is_true(condition(body, "Suspended")) and value_at(body, "spec", "suspend") is True:
        return current("suspended")
    if not value_at(body, "status", "startTime"):
        return in_progress("not started")
    return current(f"running, {_counts(body)}")


def _counts(body: JsonObject) -> str:
    words = ("active", "succeeded", "failed")
    return ", ".join(f"{number_at(body, 'status', word)} {word}" for word in words)


def training_job(body: JsonObject, now: datetime | None) -> Verdict:
    """Current while it runs, as a Job is; without a word of its controller it is never current.

    Conditions: kubeflow/common `JobConditionType`; trainer.kubeflow.org writes Complete for Succeeded.
    """
    if not conditions_of(body):
        return in_progress("waiting for a controller")
    failure = condition(body, "Failed")
    if is_true(failure):
        return failed(words_of(failure, "failed"))
    for type_ in ("Succeeded", "Complete", "Suspended", "Running"):
        if is_true(condition(body, type_)):
            return current(type_.lower())
    return in_progress(words_of(conditions_of(body)[-1], "not running yet"))
