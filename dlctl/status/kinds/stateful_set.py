"""StatefulSet."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import Verdict, current, in_progress, mapping_at, number_at, text_at, value_at

KINDS = (GroupKind("apps", "StatefulSet"),)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Every replica is ready and has the new revision, down to the partition if one is set.

    With OnDelete no pod is updated before somebody deletes it: the revision does not count.
    """
    strategy = mapping_at(body, "spec", "updateStrategy")
    wanted = number_at(body, "spec", "replicas", default=1)
    status = mapping_at(body, "status")
    total, ready = number_at(status, "replicas"), number_at(status, "readyReplicas")
    if wanted > total:
        return in_progress(f"{total} of {wanted} replicas created")
    if wanted > ready:
        return in_progress(f"{ready} of {wanted} replicas ready")
    available = number_at(status, "availableReplicas", default=ready)
    if wanted > available:
        return in_progress(f"{available} of {wanted} replicas available")
    if total > wanted:
        return in_progress(f"{total - wanted} replicas pending termination")
    if strategy.get("type") == "OnDelete":
        return _on_delete(number_at(status, "updatedReplicas", default=wanted), wanted)
    partition = value_at(strategy, "rollingUpdate", "partition")
    if isinstance(partition, int):
        return _partitioned(number_at(status, "updatedReplicas"), wanted - partition)
    return _revision(body, wanted)


def _on_delete(updated: int, wanted: int) -> Verdict:
    old = f", {wanted - updated} with the old template until they are deleted" if updated < wanted else ""
    return current(f"{wanted} of {wanted} replicas ready{old}")


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
