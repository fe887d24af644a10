"""Jobs that a queue holds: suspended by it, and not by a person."""

from msgspec.structs import replace

from dlctl.manifest import JsonObject
from dlctl.status.model import Phase, Status, Verdict
from dlctl.status.readiness import Rules


def held(body: JsonObject, verdict: Verdict, rules: Rules) -> Verdict:
    """The verdict on a job; one that is suspended with a queue's label waits for the queue.

    Raises RegistryError for data that is not valid.
    """
    queue = rules.queue_of(body) if verdict.phase is Phase.SUSPENDED else ""
    if not queue:
        return verdict
    return replace(
        verdict,
        status=Status.IN_PROGRESS,
        phase=Phase.QUEUED,
        message=f"held by queue {queue}",
        reason="Queued",
    )
