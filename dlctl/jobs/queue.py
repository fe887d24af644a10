"""Why a queue holds a job, by what it made for the job."""

from collections.abc import Iterator

from dlctl.deploy.why.held import held_by_queue, queue_name
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Reason
from dlctl.status import Rules


def queue_of(job: LiveJob, rules: Rules) -> str:
    """The queue that a job is in; empty if it is in none. Raises RegistryError."""
    return queue_name(job.body, job.queued, job.gangs, rules)


def queue_finding(job: LiveJob, rules: Rules) -> Iterator[Reason]:
    """What the job waits for in its queue; nothing for one that is admitted. Raises RegistryError."""
    return (Reason("queue", text) for text in held_by_queue(queue_of(job, rules), job.queued, rules))
