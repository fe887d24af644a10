"""When a job was created, started and ended."""

from collections.abc import Iterator
from datetime import datetime

from dlctl.jobs.live import LiveJob
from dlctl.manifest import JsonObject
from dlctl.status import Rules
from dlctl.status.model import text_at, time_of, value_at
from dlctl.status.run import ended_run


def created_at(job: LiveJob) -> datetime | None:
    """When the object was created."""
    return time_of(text_at(job.body, "metadata", "creationTimestamp"))


def started_at(job: LiveJob) -> datetime | None:
    """What its controller says, else the start of its first pod."""
    stated = time_of(text_at(job.body, "status", "startTime"))
    pods = (time_of(text_at(pod, "status", "startTime")) for pod in job.pods or ())
    return stated or min((time for time in pods if time is not None), default=None)


def ended_at(job: LiveJob, rules: Rules) -> datetime | None:
    """What its controller says, else the end of its last container."""
    ended = ended_run(job.body, rules)
    if ended is not None and ended.at is not None:
        return ended.at
    return max((time for pod in job.pods or () for time in _ends(pod)), default=None)


def _ends(pod: JsonObject) -> Iterator[datetime]:
    statuses = value_at(pod, "status", "containerStatuses")
    for status in statuses if isinstance(statuses, list) else ():
        time = time_of(text_at(status, "state", "terminated", "finishedAt"))
        if time is not None:
            yield time
