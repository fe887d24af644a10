"""Why a gang scheduler holds a job: the PodGroup that was made for it."""

from collections.abc import Iterator

from dlctl.deploy.why.pod_cause import pod_cause
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Reason
from dlctl.jobs.replicas import runs
from dlctl.manifest import JsonObject
from dlctl.pattern import pattern
from dlctl.status.model import condition, is_true, number_at, text_at

_EMPTY = pattern(r"tasks in gang unschedulable|pod group is not ready|can possibly be assigned")
"""What the scheduler writes about every gang that waits; it names no cause."""


def gang_finding(job: LiveJob) -> Iterator[Reason]:
    """What keeps the pods of a group from starting together; nothing for a group that has started."""
    for group in job.pod_groups:
        unschedulable = is_true(condition(group, "Unschedulable"))
        if not unschedulable and text_at(group, "status", "phase") in ("Running", "Completed", "Inqueue"):
            continue
        yield Reason("gang", f"gang {_counts(job, group)}: {_text(job, group)}")


def _counts(job: LiveJob, group: JsonObject) -> str:
    return f"{sum(map(runs, job.pods or ()))}/{number_at(group, 'spec', 'minMember')}"


def _text(job: LiveJob, group: JsonObject) -> str:
    causes = (pod_cause(pod) for pod in job.pods or ())
    texts = [cause.text for cause in causes if cause is not None and not _EMPTY.search(cause.text)]
    if texts:
        return texts[0]
    message = text_at(condition(group, "Unschedulable"), "message")
    if message and not _EMPTY.search(message):
        return message
    wanted, made = number_at(group, "spec", "minMember"), len(job.pods or ())
    return f"{made} of {wanted} pods made" if made < wanted else "waits for its scheduler"
