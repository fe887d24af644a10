"""TrainJob of Kubeflow Trainer 2."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.kinds import training_job
from dlctl.status.model import Verdict, condition, current, in_progress, is_true, number_at, text_at, value_at

KINDS = (GroupKind("trainer.kubeflow.org", "TrainJob"),)

INITIALIZER = "-initializer"
"""Name suffixes of the roles that fetch data or a model before the others start."""


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Like a training job, but no condition shows that it runs, only the Job counts of each role.

    A role is `ready` when all its pods are; before it may start, all its counts are 0.
    """
    roles = _roles(body)
    if not roles or any(is_true(condition(body, type_)) for type_ in ("Complete", "Failed", "Suspended")):
        return training_job.rule(body, now)
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
