"""Kinds that are judged by their condition Ready, and by nothing else."""

from dlctl.manifest import JsonObject
from dlctl.status.model import Verdict, condition, current, in_progress, is_true, message_of


def by_ready_condition(body: JsonObject) -> Verdict | None:
    """The verdict by the condition Ready; None if there is none."""
    ready = condition(body, "Ready")
    if is_true(ready):
        return current("ready")
    if ready.get("status") in ("False", "Unknown"):
        return in_progress(message_of(ready, "not ready"))
    return None
