"""StatefulSet."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import Verdict, current, in_progress, mapping_at, number_at, text_at, value_at

KINDS = (GroupKind("apps", "StatefulSet"),)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
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
