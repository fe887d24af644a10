"""DaemonSet."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import Verdict, current, in_progress, mapping_at, number_at, value_at

KINDS = (GroupKind("apps", "DaemonSet"),)

_UPDATED = "updatedNumberScheduled"
_COUNTS = (
    ("currentNumberScheduled", "scheduled"),
    (_UPDATED, "updated"),
    ("numberAvailable", "available"),
    ("numberReady", "ready"),
)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Every scheduled node runs a ready pod of the new template; with OnDelete, of any template."""
    status = mapping_at(body, "status")
    if value_at(body, "metadata", "generation") is None or status.get("observedGeneration") is None:
        return in_progress("waiting for its controller")
    if status.get("desiredNumberScheduled") is None:
        return in_progress("waiting for the number of scheduled nodes")
    wanted = number_at(status, "desiredNumberScheduled")
    on_delete = value_at(body, "spec", "updateStrategy", "type") == "OnDelete"
    for key, word in _COUNTS:
        if on_delete and key == _UPDATED:
            continue
        count = number_at(status, key)
        if wanted > count:
            return in_progress(f"{count} of {wanted} pods {word}")
    left = wanted - number_at(status, _UPDATED)
    old = f", {left} with the old template until they are deleted" if on_delete and left > 0 else ""
    return current(f"{wanted} of {wanted} pods ready{old}")
