"""PersistentVolumeClaim."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import Verdict, current, in_progress, text_at

KINDS = (GroupKind("", "PersistentVolumeClaim"),)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Bound; a class that binds at the first pod (WaitForFirstConsumer) stays in progress till then."""
    phase = text_at(body, "status", "phase")
    return current("bound") if phase == "Bound" else in_progress(f"not bound, {phase or 'no phase'}")
