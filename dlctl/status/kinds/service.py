"""Service."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import Verdict, current, in_progress, text_at

KINDS = (GroupKind("", "Service"),)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """A load balancer needs its cluster IP, but not its external address, as in kstatus."""
    if text_at(body, "spec", "type") == "LoadBalancer" and not text_at(body, "spec", "clusterIP"):
        return in_progress("no cluster IP yet")
    return current("exists")
