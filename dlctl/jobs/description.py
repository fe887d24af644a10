"""All that is known of one job: causes of each layer, its pods, events, and the first failure's log."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.why.by_cause import by_cause
from dlctl.deploy.why.reading import end_of_log
from dlctl.jobs.facts import Judge, Owner
from dlctl.jobs.job_events import JobEvent, events_of
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Job, Reason
from dlctl.jobs.phase import phase_of
from dlctl.jobs.pod_rows import PodRow, pod_rows
from dlctl.jobs.reason import findings
from dlctl.manifest import JsonObject
from dlctl.plan.live.old_secrets import old_secrets
from dlctl.redact import Redactor
from dlctl.status.model import conditions_of, text_at, value_at

LOG_LINES = 20
Mask = Callable[[str], str]


class JobCondition(Struct, frozen=True):
    """A condition of the job's status."""

    type: str
    status: str
    reason: str
    message: str
    since: str


class JobLog(Struct, frozen=True):
    """The end of the log of the first container that failed."""

    pod: str
    container: str
    lines: tuple[str, ...]


class JobDescription(Struct, frozen=True):
    """A job with what explains it; `causes` are those of every layer, the outermost first."""

    job: Job
    causes: tuple[Reason, ...]
    conditions: tuple[JobCondition, ...]
    pods: tuple[PodRow, ...] | None
    events: tuple[JobEvent, ...]
    log: JobLog | None


def describe(cluster: Cluster, live: LiveJob, owner: Owner, judge: Judge) -> JobDescription:
    """Read what explains a job; secrets of the object are masked. What may not be read is left out.

    Raises RegistryError for data that is not valid.
    """
    job = judge.job(live, owner)
    mask = Redactor().with_derived(old_secrets(live.body)).mask_message
    verdict = phase_of(live, judge.rules, judge.now)
    found = findings(live, verdict, judge.rules, judge.refused(live, verdict)) if job.reason.text else ()
    return JobDescription(
        job,
        tuple(dict.fromkeys(Reason(each.layer, mask(each.text)) for each in found)),
        tuple(_condition(each, mask(text_at(each, "message"))) for each in conditions_of(live.body)),
        _masked_rows(live, judge.rules.role_labels, mask),
        events_of(cluster, live, job.ref.namespace, mask),
        _first_log(cluster, live, mask),
    )


def _condition(body: JsonObject, message: str) -> JobCondition:
    return JobCondition(
        text_at(body, "type"),
        text_at(body, "status"),
        text_at(body, "reason"),
        message,
        text_at(body, "lastTransitionTime"),
    )


def _masked_rows(live: LiveJob, role_labels: Sequence[str], mask: Mask) -> tuple[PodRow, ...] | None:
    if live.pods is None:
        return None
    return tuple(replace(row, cause=mask(row.cause)) for row in pod_rows(live.pods, role_labels))


def _first_log(cluster: Cluster, live: LiveJob, mask: Mask) -> JobLog | None:
    groups = [group for group in by_cause(live.pods or (), ()) if group.cause.container]
    failed = [(_failed_at(pod), pod, group.cause) for group in groups for pod in group.pods]
    if not failed:
        return None
    _, pod, cause = min(failed, key=lambda one: one[0])
    lines = end_of_log(cluster, pod, cause.container, restarted=cause.restarted, lines=LOG_LINES)
    return JobLog(text_at(pod, "metadata", "name"), cause.container, tuple(map(mask, lines)))


def _failed_at(pod: JsonObject) -> str:
    """When the first of its containers failed; a text that sorts after all times where that is not known."""
    statuses = value_at(pod, "status", "containerStatuses")
    found = (
        text_at(status, state, "terminated", "finishedAt")
        for status in (statuses if isinstance(statuses, list) else ())
        for state in ("lastState", "state")
    )
    return min(filter(None, found), default="~")
