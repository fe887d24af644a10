"""Rules for the kinds in group apps, based on their replica counts."""

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
    mapping_at,
    message_of,
    number_at,
    text_at,
    value_at,
)

NO_DEADLINE = 2**31 - 1
"""math.MaxInt32 as progressDeadlineSeconds: the controller then sets no Progressing condition."""


def deployment(body: JsonObject, now: datetime | None) -> Verdict:
    """Every replica has the new template, is ready and available, and the rollout is complete."""
    progressing = condition(body, "Progressing")
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        return failed(message_of(progressing, "rollout exceeded its progress deadline"))
    wanted = number_at(body, "spec", "replicas", default=1)
    status = mapping_at(body, "status")
    total, updated = number_at(status, "replicas"), number_at(status, "updatedReplicas")
    available, ready = number_at(status, "availableReplicas"), number_at(status, "readyReplicas")
    if wanted > total:
        return in_progress(f"{total} of {wanted} replicas created")
    if wanted > updated:
        return in_progress(f"{updated} of {wanted} replicas updated")
    if total > wanted:
        return in_progress(f"{total - wanted} old replicas pending termination")
    if updated > available:
        return in_progress(f"{available} of {updated} replicas available")
    if wanted > ready:
        return in_progress(f"{ready} of {wanted} replicas ready")
    if not _rolled_out(body):
        return in_progress(message_of(progressing, "new ReplicaSet is not available yet"))
    if not is_true(condition(body, "Available")):
        return in_progress(message_of(condition(body, "Available"), "not available yet"))
    return current(f"{ready} of {wanted} replicas ready")


def _rolled_out(body: JsonObject) -> bool:
    deadline = number_at(body, "spec", "progressDeadlineSeconds", default=NO_DEADLINE)
    return deadline == NO_DEADLINE or any(
        found.get("type") == "Progressing"
        and is_true(found)
        and found.get("reason") == "NewReplicaSetAvailable"
        for found in conditions_of(body)
    )


def stateful_set(body: JsonObject, now: datetime | None) -> Verdict:
    """Every replica is ready and has the new revision, down to the partition if one is set."""
    strategy = mapping_at(body, "spec", "updateStrategy")
    if strategy.get("type") == "OnDelete":
        return current("OnDelete: pods are updated when they are deleted")
    wanted = number_at(body, "spec", "replicas", default=1)
    status = mapping_at(body, "status")
    total, ready = number_at(status, "replicas"), number_at(status, "readyReplicas")
    if wanted > total:
        return in_progress(f"{total} of {wanted} replicas created")
    if wanted > ready:
        return in_progress(f"{ready} of {wanted} replicas ready")
    if total > wanted:
        return in_progress(f"{total - wanted} replicas pending termination")
    partition = value_at(strategy, "rollingUpdate", "partition")
    if isinstance(partition, int):
        return _partitioned(number_at(status, "updatedReplicas"), wanted - partition)
    return _revision(body, wanted)


def _partitioned(updated: int, wanted: int) -> Verdict:
    if updated < wanted:
        return in_progress(f"{updated} of {wanted} replicas updated")
    return current(f"{updated} replicas ready and updated")


def _revision(body: JsonObject, wanted: int) -> Verdict:
    status = mapping_at(body, "status")
    on_revision = number_at(status, "currentReplicas")
    if wanted > on_revision:
        return in_progress(f"{on_revision} of {wanted} replicas on the current revision")
    if text_at(status, "currentRevision") != text_at(status, "updateRevision"):
        return in_progress("pods still have the old revision")
    return current(f"{wanted} of {wanted} replicas ready")


def daemon_set(body: JsonObject, now: datetime | None) -> Verdict:
    """Every scheduled node runs a ready pod of the new template."""
    status = mapping_at(body, "status")
    if value_at(body, "metadata", "generation") is None or status.get("observedGeneration") is None:
        return in_progress("waiting for its controller")
    if status.get("desiredNumberScheduled") is None:
        return in_progress("waiting for the number of scheduled nodes")
    wanted = number_at(status, "desiredNumberScheduled")
    for key, word in _DAEMON_COUNTS:
        count = number_at(status, key)
        if wanted > count:
            return in_progress(f"{count} of {wanted} pods {word}")
    return current(f"{wanted} of {wanted} pods ready")


_DAEMON_COUNTS = (
    ("currentNumberScheduled", "scheduled"),
    ("updatedNumberScheduled", "updated"),
    ("numberAvailable", "available"),
    ("numberReady", "ready"),
)


def replica_set(body: JsonObject, now: datetime | None) -> Verdict:
    """Every replica is labelled, available and ready."""
    failure = condition(body, "ReplicaFailure")
    if is_true(failure):
        return in_progress(message_of(failure, "replicas cannot be created"))
    wanted = number_at(body, "spec", "replicas", default=1)
    status = mapping_at(body, "status")
    for key, word in _REPLICA_COUNTS:
        count = number_at(status, key)
        if wanted > count:
            return in_progress(f"{count} of {wanted} replicas {word}")
    extra = number_at(status, "replicas") - wanted
    return (
        in_progress(f"{extra} replicas pending termination")
        if extra > 0
        else current(f"{wanted} replicas ready")
    )


_REPLICA_COUNTS = (
    ("fullyLabeledReplicas", "labelled"),
    ("availableReplicas", "available"),
    ("readyReplicas", "ready"),
)
