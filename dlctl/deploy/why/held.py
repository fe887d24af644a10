"""What holds a job before its pods may start: what a queue or a gang scheduler made for it."""

from collections.abc import Collection, Iterator, Sequence

from dlctl.deploy.why.pod_cause import pod_cause
from dlctl.manifest import JsonObject, ref_of
from dlctl.pattern import pattern
from dlctl.plan.live.old_secrets import masked_verdict
from dlctl.status import Rules, Status, Verdict
from dlctl.status.model import Phase, number_at, text_at, value_at
from dlctl.status.readiness import Holds, Layer

HELD = (Phase.QUEUED, Phase.PENDING, Phase.SUSPENDED)
"""Phases of a job, and of what holds it, in which no pod may start."""

_SHORT_OF = pattern(r"insufficient unused quota for (\S+) in flavor ([^,\s]+), (\S+) more needed")
_EMPTY = pattern(r"tasks in gang unschedulable|pod group is not ready|can possibly be assigned")
"""What the scheduler writes about every gang that waits; it names no cause."""


def queue_name(
    body: JsonObject, queued: Sequence[JsonObject], gangs: Sequence[JsonObject], rules: Rules
) -> str:
    """The queue that a job is in, by its label, what holds it, or its own field; empty if it is in none.

    `queued` is what queues made for it, `gangs` what gang schedulers made. Raises RegistryError.
    """
    by_holders = (_text(each, _holds(each, rules).queue) for each in (*queued, *gangs))
    readiness = rules.find(ref_of(body).group_kind)
    return (
        rules.queue_of(body)
        or next(filter(None, by_holders), "")
        or (_text(body, readiness.queue) if readiness is not None else "")
    )


def is_held(holder: JsonObject, rules: Rules) -> bool:
    """Whether what was made for a job keeps its pods from starting. Raises RegistryError."""
    return keeps_waiting(masked_verdict(holder, rules=rules))


def keeps_waiting(verdict: Verdict) -> bool:
    """Whether a holder with this verdict keeps pods from starting."""
    return verdict.phase in HELD if verdict.phase is not None else verdict.status is not Status.CURRENT


def _holds(holder: JsonObject, rules: Rules) -> Holds:
    readiness = rules.find(ref_of(holder).group_kind)
    return (readiness.holds if readiness is not None else None) or Holds(Layer.QUEUE)


def _text(body: JsonObject, path: str) -> str:
    return text_at(body, *path.split(".")) if path else ""


def held_by_queue(queue: str, queued: Sequence[JsonObject], rules: Rules) -> Iterator[str]:
    """What a job waits for in a queue; nothing for one that is admitted. Raises RegistryError."""
    for holder in queued:
        verdict = masked_verdict(holder, rules=rules)
        if not keeps_waiting(verdict):
            continue
        needed = _SHORT_OF.search(verdict.message)
        if needed:
            yield f"queue {queue}: needs {needed[3]} more {needed[1]} (flavor {needed[2]})"
        else:
            yield f"queue {queue}: {': '.join(filter(None, (verdict.reason, verdict.message)))}"


def held_by_gang(gangs: Sequence[JsonObject], pods: Collection[JsonObject], rules: Rules) -> Iterator[str]:
    """What keeps the pods of a gang from starting together; nothing for a gang that has started.

    Raises RegistryError for data that is not valid.
    """
    for gang in gangs:
        verdict = masked_verdict(gang, rules=rules)
        if keeps_waiting(verdict):
            size = _holds(gang, rules).size
            wanted = number_at(gang, *size.split(".")) if size else len(pods)
            yield f"gang {sum(map(runs, pods))}/{wanted}: {_gang_waits_for(verdict.message, wanted, pods)}"


def _gang_waits_for(message: str, wanted: int, pods: Collection[JsonObject]) -> str:
    causes = (pod_cause(pod) for pod in pods)
    texts = [cause.text for cause in causes if cause is not None and not _EMPTY.search(cause.text)]
    if texts:
        return texts[0]
    if message and not _EMPTY.search(message):
        return message
    return f"{len(pods)} of {wanted} pods created" if len(pods) < wanted else "waits for its scheduler"


def runs(pod: JsonObject) -> bool:
    """Whether a pod's containers run, past its init containers; or have succeeded."""
    return text_at(pod, "status", "phase") in ("Running", "Succeeded") and not value_at(
        pod, "metadata", "deletionTimestamp"
    )
