"""PersistentVolumeClaim."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import Verdict, current, in_progress, text_at

KINDS = (GroupKind("", "PersistentVolumeClaim"),)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Current when bound; with WaitForFirstConsumer it is in progress until the first pod."""
    phase = text_at(body, "status", "phase")
    return current("bound") if phase == "Bound" else in_progress(f"not bound, {phase or 'no phase'}")
