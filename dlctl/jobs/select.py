"""Which jobs are listed, and in which order."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from dlctl.jobs.model import Job

RECENT = timedelta(hours=24)
"""How long a job that has ended is listed."""
_FIRST = datetime.min.replace(tzinfo=UTC)


def is_recent(job: Job, now: datetime) -> bool:
    """Whether a job has not ended, or not long ago."""
    return not job.final or job.ended is None or now - job.ended <= RECENT


def newest_first(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """Jobs by the time of their creation; those of one second by name."""
    by_name = sorted(jobs, key=lambda job: (job.environment, job.ref.namespace, job.ref.name))
    return tuple(sorted(by_name, key=lambda job: job.created or _FIRST, reverse=True))
