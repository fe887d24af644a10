"""DaemonSet."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import Verdict, current, in_progress, mapping_at, number_at, value_at

KINDS = (GroupKind("apps", "DaemonSet"),)

_COUNTS = (
    ("currentNumberScheduled", "scheduled"),
    ("updatedNumberScheduled", "updated"),
    ("numberAvailable", "available"),
    ("numberReady", "ready"),
)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Every scheduled node runs a ready pod of the new template."""
    status = mapping_at(body, "status")
    if value_at(body, "metadata", "generation") is None or status.get("observedGeneration") is None:
        return in_progress("waiting for its controller")
    if status.get("desiredNumberScheduled") is None:
        return in_progress("waiting for the number of scheduled nodes")
    wanted = number_at(status, "desiredNumberScheduled")
    for key, word in _COUNTS:
        count = number_at(status, key)
        if wanted > count:
            return in_progress(f"{count} of {wanted} pods {word}")
    return current(f"{wanted} of {wanted} pods ready")
