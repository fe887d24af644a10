"""What holds a job before its pods may start: the Workload in a queue, or the PodGroup of a gang."""

from collections.abc import Collection, Iterator, Sequence

from dlctl.deploy.why.pod_cause import pod_cause
from dlctl.manifest import JsonObject
from dlctl.pattern import pattern
from dlctl.plan.live.old_secrets import masked_verdict
from dlctl.status import Rules
from dlctl.status.held import QUEUE_LABEL
from dlctl.status.model import Phase, condition, is_true, number_at, text_at, value_at

HELD = (Phase.QUEUED, Phase.PENDING, Phase.SUSPENDED)
"""Phases of a job, and of its Workload, in which no pod may start."""

_SHORT_OF = pattern(r"insufficient unused quota for (\S+) in flavor ([^,\s]+), (\S+) more needed")
_EMPTY = pattern(r"tasks in gang unschedulable|pod group is not ready|can possibly be assigned")
"""What the scheduler writes about every gang that waits; it names no cause."""


def queue_name(body: JsonObject, workloads: Sequence[JsonObject], groups: Sequence[JsonObject]) -> str:
    """The queue that a job is in: of Kueue, else of Volcano; empty if it is in none."""
    named = (text_at(each, "spec", "queueName") for each in workloads)
    return (
        text_at(body, "metadata", "labels", QUEUE_LABEL)
        or next(filter(None, named), "")
        or next(filter(None, (text_at(each, "spec", "queue") for each in groups)), "")
        or (text_at(body, "spec", "queue") if body["apiVersion"].startswith("batch.volcano.sh/") else "")
    )


def held_by_queue(queue: str, workloads: Sequence[JsonObject], rules: Rules) -> Iterator[str]:
    """What a job's Workload waits for; nothing for one that is admitted."""
    for workload in workloads:
        verdict = masked_verdict(workload, rules=rules)
        if verdict.phase not in HELD:
            continue
        needed = _SHORT_OF.search(verdict.message)
        if needed:
            yield f"queue {queue}: needs {needed[3]} more {needed[1]} (flavor {needed[2]})"
        else:
            yield f"queue {queue}: {': '.join(filter(None, (verdict.reason, verdict.message)))}"


def held_by_gang(groups: Sequence[JsonObject], pods: Collection[JsonObject]) -> Iterator[str]:
    """What keeps the pods of a group from starting together; nothing for a group that has started."""
    for group in groups:
        unschedulable = is_true(condition(group, "Unschedulable"))
        if not unschedulable and text_at(group, "status", "phase") in ("Running", "Completed", "Inqueue"):
            continue
        started = f"{sum(map(runs, pods))}/{number_at(group, 'spec', 'minMember')}"
        yield f"gang {started}: {_gang_waits_for(group, pods)}"


def _gang_waits_for(group: JsonObject, pods: Collection[JsonObject]) -> str:
    causes = (pod_cause(pod) for pod in pods)
    texts = [cause.text for cause in causes if cause is not None and not _EMPTY.search(cause.text)]
    if texts:
        return texts[0]
    message = text_at(condition(group, "Unschedulable"), "message")
    if message and not _EMPTY.search(message):
        return message
    wanted, made = number_at(group, "spec", "minMember"), len(pods)
    return f"{made} of {wanted} pods made" if made < wanted else "waits for its scheduler"


def runs(pod: JsonObject) -> bool:
    """Whether a pod's containers run, past its init containers; or have succeeded."""
    return text_at(pod, "status", "phase") in ("Running", "Succeeded") and not value_at(
        pod, "metadata", "deletionTimestamp"
    )
