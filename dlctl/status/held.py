"""Jobs that a queue holds: suspended by it, and not by a person."""

from msgspec.structs import replace

from dlctl.manifest import JsonObject
from dlctl.status.model import Phase, Status, Verdict, text_at

QUEUE_LABEL = "kueue.x-k8s.io/queue-name"
"""The label of a job that Kueue suspends until its queue has room."""


def held(body: JsonObject, verdict: Verdict) -> Verdict:
    """The verdict on a job; one that is suspended with a queue's label waits for the queue."""
    queue = text_at(body, "metadata", "labels", QUEUE_LABEL)
    if verdict.phase is not Phase.SUSPENDED or not queue:
        return verdict
    return replace(
        verdict,
        status=Status.IN_PROGRESS,
        phase=Phase.QUEUED,
        message=f"held by queue {queue}",
        reason="Queued",
    )
