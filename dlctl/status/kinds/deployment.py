"""Deployment."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import (
    Verdict,
    condition,
    conditions_of,
    current,
    failed,
    in_progress,
    is_true,
    mapping_at,
    message_of,
    number_at,
    value_at,
)

KINDS = (GroupKind("apps", "Deployment"),)

NO_DEADLINE = 2**31 - 1
"""math.MaxInt32 as progressDeadlineSeconds: the controller then sets no Progressing condition."""


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Every replica has the new template, is ready and available, and the rollout is complete.

    A paused rollout does not continue by itself.
    """
    verdict = _rolling_out(body)
    if value_at(body, "spec", "paused") is not True:
        return verdict
    waiting = _waiting(body)
    if waiting is None:
        return current(f"{number_at(body, 'status', 'readyReplicas')} replicas ready, paused")
    return failed(f"rollout is paused (spec.paused): {waiting}")


def _rolling_out(body: JsonObject) -> Verdict:
    progressing = condition(body, "Progressing")
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        return failed(message_of(progressing, "rollout exceeded its progress deadline"))
    waiting = _waiting(body)
    if waiting is not None:
        return in_progress(f"{waiting}{_why(body)}")
    if not _rolled_out(body):
        return in_progress(message_of(progressing, "new ReplicaSet is not available yet"))
    if not is_true(condition(body, "Available")):
        return in_progress(message_of(condition(body, "Available"), "not available yet"))
    ready, wanted = number_at(body, "status", "readyReplicas"), number_at(body, "spec", "replicas", default=1)
    return current(f"{ready} of {wanted} replicas ready")


def _why(body: JsonObject) -> str:
    """Why its ReplicaSet cannot create pods, such as a quota, after a colon; empty if it can."""
    failure = condition(body, "ReplicaFailure")
    return f": {message_of(failure, 'pods cannot be created')}" if is_true(failure) else ""


def _waiting(body: JsonObject) -> str | None:
    """What the counts of replicas wait for; None if they are as wanted."""
    wanted = number_at(body, "spec", "replicas", default=1)
    status = mapping_at(body, "status")
    total, updated = number_at(status, "replicas"), number_at(status, "updatedReplicas")
    available, ready = number_at(status, "availableReplicas"), number_at(status, "readyReplicas")
    if wanted > total:
        return f"{total} of {wanted} replicas created"
    if wanted > updated:
        return f"{updated} of {wanted} replicas updated"
    if total > wanted:
        return f"{total - wanted} old replicas pending termination"
    if updated > available:
        return f"{available} of {updated} replicas available"
    if wanted > ready:
        return f"{ready} of {wanted} replicas ready"
    return None


def _rolled_out(body: JsonObject) -> bool:
    deadline = number_at(body, "spec", "progressDeadlineSeconds", default=NO_DEADLINE)
    return deadline == NO_DEADLINE or any(
        found.get("type") == "Progressing"
        and is_true(found)
        and found.get("reason") == "NewReplicaSetAvailable"
        for found in conditions_of(body)
    )
