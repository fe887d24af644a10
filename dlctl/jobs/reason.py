"""Why a job does not run, in one line: from the outermost layer that has a finding."""

from collections.abc import Iterator

from dlctl.deploy.why.by_cause import TELLING, CauseOfPods, by_cause
from dlctl.deploy.why.not_made import NotMade
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


def reason_of(job: LiveJob, verdict: Verdict, rules: Rules, refused: NotMade | None = None) -> Reason:
    """The first finding, which may be the object's own message; an empty one for a job that runs.

    `refused` says why pods of the job are not made.
    """
    if verdict.phase in _WITHOUT:
        return Reason()
    return next(findings(job, verdict, rules, refused), Reason())


def findings(
    job: LiveJob, verdict: Verdict, rules: Rules, refused: NotMade | None = None
) -> Iterator[Reason]:
    """What each layer has to say, the outermost first: object, queue, gang, quota, pods, own message.

    Pods that cannot work come before a refusal of others; and whoever was refused is a controller.
    """
    nobody, refusals = verdict.reason == NO_CONTROLLER, _refusals(refused)
    if nobody:
        yield from refusals or (_own(verdict),)
    if verdict.phase is not Phase.FAILED:
        yield from queue_finding(job, rules)
        yield from gang_finding(job, rules)
    groups = by_cause(job.pods or (), rules.role_labels)
    yield from (_of_pods(group) for group in groups if group.cause.layer in TELLING)
    yield from refusals
    yield from (_of_pods(group) for group in groups if group.cause.layer not in TELLING)
    if not (refused and verdict.is_without_status) and (own := _own(verdict)).text:
        yield own


def _own(verdict: Verdict) -> Reason:
    """What the object itself says."""
    message = _FOR.sub("", verdict.message) if verdict.reason == NO_CONTROLLER else verdict.message
    return Reason("object", ": ".join(filter(None, (verdict.reason, message))))


def _of_pods(group: CauseOfPods) -> Reason:
    return Reason(group.cause.layer, f"{group.cause.text} ({group.counts})")


def _refusals(refused: NotMade | None) -> tuple[Reason, ...]:
    return (Reason(refused.layer, refused.text),) if refused else ()
