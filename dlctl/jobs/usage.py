"""Who holds accelerators, and who wants how many: by queue, namespace, owner and job."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct

from dlctl.jobs.choices import UsageBy
from dlctl.jobs.find import full_name
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Job
from dlctl.jobs.runs.record import record_of
from dlctl.labels import APP, labels_of
from dlctl.nodes.inventory.order import natural_key
from dlctl.plan.live.old_secrets import old_secrets
from dlctl.redact import Redactor


class UsedJob(Struct, frozen=True):
    """A job, and whose it is: who submitted the run; else its component, or the app in another's labels."""

    job: Job
    owner: str


class Usage(Struct, frozen=True):
    """What some jobs hold and want together; None: it is not known of one of them."""

    environment: str
    by: UsageBy
    name: str
    jobs: int
    held: int | None
    wanted: int | None


_NAMES: Mapping[UsageBy, Callable[[UsedJob], str]] = MappingProxyType(
    {
        UsageBy.QUEUE: lambda each: each.job.queue,
        UsageBy.NAMESPACE: lambda each: each.job.ref.namespace,
        UsageBy.OWNER: lambda each: each.owner,
        UsageBy.JOB: lambda each: full_name(each.job.ref),
    }
)


def used_job(live: LiveJob, job: Job) -> UsedJob:
    """A job with its owner; secrets of the object are masked."""
    record = record_of(live.body)
    stated = (record.user if record is not None else "") or str(labels_of(live.body).get(APP) or "")
    masked = Redactor().with_derived(old_secrets(live.body)).mask_message(stated)
    return UsedJob(job, masked if record is not None and record.user else job.component or masked)


def is_counted(job: Job) -> bool:
    """Whether a job holds accelerators, or may still want some; one that has ended may keep its pods."""
    held, wanted = job.devices.held, job.devices.wanted
    return held != 0 or (not job.final and wanted != 0)


def usage(environment: str, jobs: Iterable[UsedJob], by: Iterable[UsageBy]) -> tuple[Usage, ...]:
    """What jobs that count hold and want, in the order of `by`; in each the most held first."""
    found = tuple(jobs)
    return tuple(row for each in by for row in _rows(environment, found, each))


def _rows(environment: str, jobs: Iterable[UsedJob], by: UsageBy) -> Iterator[Usage]:
    groups: dict[str, list[Job]] = {}
    for each in jobs:
        groups.setdefault(_NAMES[by](each), []).append(each.job)
    rows = [
        Usage(
            environment,
            by,
            name,
            len(found),
            _sum(job.devices.held for job in found),
            _sum(0 if job.final else job.devices.wanted for job in found),
        )
        for name, found in groups.items()
    ]
    return iter(sorted(rows, key=lambda row: (-(row.held or 0), -(row.wanted or 0), natural_key(row.name))))


def _sum(numbers: Iterable[int | None]) -> int | None:
    found = list(numbers)
    return None if None in found else sum(each or 0 for each in found)
