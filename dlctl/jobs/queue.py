"""Why a queue holds a job: the Workload that Kueue made for it."""

from collections.abc import Iterator

from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Reason
from dlctl.manifest import JsonObject
from dlctl.pattern import pattern
from dlctl.plan.live.old_secrets import masked_verdict
from dlctl.status import Rules
from dlctl.status.held import QUEUE_LABEL
from dlctl.status.model import Phase, text_at

_SHORT_OF = pattern(r"insufficient unused quota for (\S+) in flavor ([^,\s]+), (\S+) more needed")


def queue_of(job: LiveJob) -> str:
    """The queue that a job is in: of Kueue, else of Volcano; empty if it is in none."""
    named = (text_at(each, "spec", "queueName") for each in job.workloads)
    return (
        text_at(job.body, "metadata", "labels", QUEUE_LABEL)
        or next(filter(None, named), "")
        or next(filter(None, (text_at(each, "spec", "queue") for each in job.pod_groups)), "")
        or _own_queue(job.body)
    )


def _own_queue(body: JsonObject) -> str:
    return text_at(body, "spec", "queue") if body["apiVersion"].startswith("batch.volcano.sh/") else ""


def queue_finding(job: LiveJob, rules: Rules) -> Iterator[Reason]:
    """What the job's Workload waits for; nothing for one that is admitted."""
    queue = queue_of(job)
    for workload in job.workloads:
        verdict = masked_verdict(workload, rules=rules)
        if verdict.phase not in (Phase.QUEUED, Phase.PENDING, Phase.SUSPENDED):
            continue
        needed = _SHORT_OF.search(verdict.message)
        if needed:
            yield Reason("queue", f"queue {queue}: needs {needed[3]} more {needed[1]} (flavor {needed[2]})")
        else:
            text = ": ".join(filter(None, (verdict.reason, verdict.message)))
            yield Reason("queue", f"queue {queue}: {text}")
