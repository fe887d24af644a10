"""ReplicaSet."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import (
    Verdict,
    condition,
    current,
    in_progress,
    is_true,
    mapping_at,
    message_of,
    number_at,
)

KINDS = (GroupKind("apps", "ReplicaSet"),)

_COUNTS = (
    ("fullyLabeledReplicas", "labelled"),
    ("availableReplicas", "available"),
    ("readyReplicas", "ready"),
)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Every replica is labelled, available and ready."""
    failure = condition(body, "ReplicaFailure")
    if is_true(failure):
        return in_progress(message_of(failure, "replicas cannot be created"))
    wanted = number_at(body, "spec", "replicas", default=1)
    status = mapping_at(body, "status")
    for key, word in _COUNTS:
        count = number_at(status, key)
        if wanted > count:
            return in_progress(f"{count} of {wanted} replicas {word}")
    extra = number_at(status, "replicas") - wanted
    if extra > 0:
        return in_progress(f"{extra} replicas pending termination")
    return current(f"{wanted} replicas ready")
