"""What is lost when an object is deleted and created again."""

from dlctl.manifest import JsonObject
from dlctl.status.model import number_at, text_at
from dlctl.text import counted

_PODS = (("status", "replicas"), ("status", "active"), ("status", "currentNumberScheduled"))
_START = ("status", "startTime")


def losses(live: JsonObject) -> str:
    """Pods that stop and the run so far, as text; empty if nothing is known to run."""
    pods = max(number_at(live, *path) or 0 for path in _PODS)
    started = text_at(live, *_START)
    lost = [counted(pods, "pod")] if pods else []
    if started and not text_at(live, "status", "completionTime"):
        lost.append(f"the run since {started}")
    elif started:
        lost.append("the record of the run")
    return " and ".join(lost)


def run_since(live: JsonObject) -> str:
    """When the run of an object began, if it goes on; else empty."""
    started = text_at(live, *_START)
    return started if started and not text_at(live, "status", "completionTime") else ""
