"""Why a queue holds a job: the Workload that Kueue made for it."""

from collections.abc import Iterator

from dlctl.deploy.why.held import held_by_queue, queue_name
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Reason
from dlctl.status import Rules


def queue_of(job: LiveJob) -> str:
    """The queue that a job is in: of Kueue, else of Volcano; empty if it is in none."""
    return queue_name(job.body, job.workloads, job.pod_groups)


def queue_finding(job: LiveJob, rules: Rules) -> Iterator[Reason]:
    """What the job's Workload waits for; nothing for one that is admitted."""
    return (Reason("queue", text) for text in held_by_queue(queue_of(job), job.workloads, rules))
