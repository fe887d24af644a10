"""Which jobs a name stands for: `NAME`, or `KIND/NAME` where two kinds have it."""

from collections.abc import Iterable

from dlctl.jobs.kinds import short_kind
from dlctl.jobs.model import Job


def named(job: Job, text: str) -> bool:
    """Whether a job is meant by `NAME`, `tf/NAME` or `tfjob/NAME`."""
    kind, slash, name = text.rpartition("/")
    if not slash:
        return job.ref.name == text
    kinds = (short_kind(job.ref.group_kind), job.ref.kind.lower())
    return job.ref.name == name and kind.lower() in kinds


def full_name(job: Job) -> str:
    """`tf/cnn`."""
    return f"{short_kind(job.ref.group_kind)}/{job.ref.name}"


def names(jobs: Iterable[Job]) -> tuple[str, ...]:
    """The names of jobs, each once."""
    return tuple(dict.fromkeys(job.ref.name for job in jobs))
