"""The events of a job, of its pods, and of what a queue or a gang scheduler made for it, by time."""

from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec import Struct

from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError
from dlctl.jobs.live import LiveJob
from dlctl.manifest import JsonObject
from dlctl.status.model import number_at, text_at, time_of

LAST = 20
"""The most events that are shown."""


class JobEvent(Struct, frozen=True):
    """An event; `count` is how often it was seen."""

    time: datetime | None
    type: str
    kind: str
    name: str
    reason: str
    message: str
    count: int


def events_of(
    cluster: Cluster, job: LiveJob, namespace: str, mask: Callable[[str], str]
) -> tuple[JobEvent, ...]:
    """The last events by time, the oldest first, their messages masked; none where they may not be listed."""
    about = {text_at(each, "metadata", "uid") for each in _objects(job)}
    try:
        listed = tuple(cluster.list(cluster.resource("v1", "Event"), namespace))
    except ClusterError:
        return ()
    found = [_event(each, mask) for each in listed if text_at(each, "involvedObject", "uid") in about]
    found.sort(key=lambda event: event.time.timestamp() if event.time else 0)
    return tuple(found[-LAST:])


def _objects(job: LiveJob) -> Iterator[JsonObject]:
    yield job.body
    yield from job.pods or ()
    yield from job.queued
    yield from job.gangs


def _event(body: JsonObject, mask: Callable[[str], str]) -> JobEvent:
    times = (
        text_at(body, "lastTimestamp"),
        text_at(body, "eventTime"),
        text_at(body, "metadata", "creationTimestamp"),
    )
    return JobEvent(
        time_of(next(filter(None, times), "")),
        text_at(body, "type"),
        text_at(body, "involvedObject", "kind"),
        text_at(body, "involvedObject", "name"),
        text_at(body, "reason"),
        mask(" ".join(text_at(body, "message").split())),
        max(1, number_at(body, "count")),
    )
