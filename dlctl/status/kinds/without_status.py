"""Kinds without a status of their own."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import Verdict, current

KINDS = (
    GroupKind("", "ConfigMap"),
    GroupKind("", "Secret"),
    GroupKind("batch", "CronJob"),
    GroupKind("policy", "PodDisruptionBudget"),
)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Kinds without a state of their own are current as soon as they exist."""
    return current("exists")
