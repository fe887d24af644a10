"""Which jobs are listed, and in which order."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from dlctl.jobs.model import Job

Place = TypeVar("Place")

RECENT = timedelta(hours=24)
"""How long a job that has ended is listed."""
_FIRST = datetime.min.replace(tzinfo=UTC)


def is_recent(job: Job, now: datetime) -> bool:
    """Whether a job has not ended, or not long ago."""
    return not job.final or job.ended is None or now - job.ended <= RECENT


def newest_first(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """Jobs by the time of their creation; those of one second by name, runs by their number."""
    by_name = sorted(jobs, key=lambda job: (job.environment, job.ref.namespace, *_numbered(job.ref.name)))
    return tuple(sorted(by_name, key=lambda job: job.created or _FIRST, reverse=True))


def each_once(found: Iterable[tuple[Place, Job]]) -> tuple[tuple[Place, Job], ...]:
    """Jobs with their places; one that was found twice once, by its UID: where it is the app's own, if it is.

    Environments that share a namespace each find the jobs of the others there.
    """
    chosen: dict[str, tuple[Place, Job]] = {}
    for place, job in found:
        known = chosen.get(job.uid)
        if known is None or (job.environment and not known[1].environment):
            chosen[job.uid] = place, job
    return tuple(chosen.values())


def _numbered(name: str) -> tuple[str, int, str]:
    """`cnn-r12` by `cnn` and then the highest number first."""
    stem, dash, number = name.rpartition("-r")
    return (stem, -int(number), name) if dash and number.isdecimal() else (name, 0, name)
