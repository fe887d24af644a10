"""Kinds without a status of their own."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import Verdict, current

KINDS = (
    GroupKind("", "ConfigMap"),
    GroupKind("", "Secret"),
    GroupKind("policy", "PodDisruptionBudget"),
)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """The rule of kinds without status: current as soon as they exist."""
    return current("exists")
