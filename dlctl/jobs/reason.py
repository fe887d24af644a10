"""Why a job does not run, in one line: from the outermost layer that has a finding."""

from collections.abc import Iterator, Sequence

from dlctl.deploy.why.by_cause import CauseOfPods, by_cause
from dlctl.deploy.why.not_made import not_made
from dlctl.jobs.gang import gang_finding
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Reason
from dlctl.jobs.queue import queue_finding
from dlctl.pattern import pattern
from dlctl.status import Rules, Verdict
from dlctl.status.model import NO_CONTROLLER, Phase

_FOR = pattern(r" for \d+ s\b")
"""How long there has been no status: the same reason at any time, so that a watch tells of it once."""
_WITHOUT = (Phase.RUNNING, Phase.SUCCEEDED, Phase.SUSPENDED, Phase.DELETING)


def reason_of(job: LiveJob, verdict: Verdict, rules: Rules, warnings: Sequence[str] = ()) -> Reason:
    """The first finding, which may be the object's own message; an empty one for a job that runs.

    `warnings` are the last ones about the job and its pods, the newest last.
    """
    if verdict.phase in _WITHOUT:
        return Reason()
    return next(findings(job, verdict, rules, warnings), Reason())


def findings(job: LiveJob, verdict: Verdict, rules: Rules, warnings: Sequence[str] = ()) -> Iterator[Reason]:
    """What each layer has to say, the outermost first: object, queue, gang, quota, pods, own message."""
    nobody = verdict.reason == NO_CONTROLLER
    message = _FOR.sub("", verdict.message) if nobody else verdict.message
    own = ": ".join(filter(None, (verdict.reason, message)))
    refused = () if job.pods else _not_made(warnings)
    if nobody:
        yield from refused  # whoever was refused is a controller
        yield Reason("object", own)
    if verdict.phase is not Phase.FAILED:
        yield from queue_finding(job, rules)
        yield from gang_finding(job, rules)
    if not nobody:
        yield from refused
    groups = by_cause(job.pods or (), rules.role_labels)
    yield from (Reason(group.cause.layer, _of_pods(group)) for group in groups)
    if own:
        yield Reason("object", own)


def _of_pods(group: CauseOfPods) -> str:
    return f"{group.cause.text} ({group.counts})"


def _not_made(warnings: Sequence[str]) -> tuple[Reason, ...]:
    found = not_made(warnings)
    return (Reason(found.layer, f"no pods: {found.line}"),) if found else ()
