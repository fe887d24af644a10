"""The logs of a job that was found: which containers are read, how much of each, without secrets."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from msgspec import Struct, field
from msgspec.structs import replace

from dlctl.errors import AppError, Forbidden
from dlctl.jobs.logs.choice import Choice, ChosenPod, check_containers, chosen_pods, sources_of
from dlctl.jobs.logs.following import Followed, Following
from dlctl.jobs.logs.in_order import by_time, in_order
from dlctl.jobs.logs.model import Entry, LogNotice, LogOptions, LogSource
from dlctl.jobs.logs.no_pods import why_no_pods
from dlctl.jobs.model import Job
from dlctl.jobs.owners import controller_of
from dlctl.jobs.pod_labels import pod_labels
from dlctl.manifest import JsonObject
from dlctl.plan.live.old_secrets import old_secrets
from dlctl.redact import Redactor
from dlctl.status.model import text_at
from dlctl.workflow.jobs.find import FoundJob

LAST_FOLLOWED = 10
"""Lines of each log before those that are new, where logs are followed."""
LAST_LINES = 200
"""Lines of each log where several are read."""
MOST_AT_ONCE = 50
"""Logs that are read at once."""


class LogRequest(Struct, frozen=True):
    """Which logs, and how much of each; without `tail` that depends on how many there are.

    `matching` leaves out lines that it does not match; `by_time` orders the lines of all logs. `most` logs
    are read at once where they are followed, or ordered by time.
    """

    choice: Choice = field(default_factory=Choice)
    options: LogOptions = field(default_factory=LogOptions)
    tail: int | None = None
    matching: Callable[[str], object] | None = None
    by_time: bool = False
    most: int = MOST_AT_ONCE


class FollowedLogs(Struct, frozen=True):
    """Logs that are followed; `job` gives the job as it was seen last, None once it was deleted."""

    entries: Iterator[Entry]
    job: Callable[[], Job | None]


class Logs(Struct, frozen=True):
    """The logs that are read; `entries` begins to read them. `sources` are those that there are at first."""

    sources: tuple[LogSource, ...]
    entries: Iterator[Entry]


def logs_of(found: FoundJob, request: LogRequest) -> Logs:
    """The logs as they are now, one after the other, in the order of roles and indexes.

    Raises AppError where there is no such replica or container, or too many whole logs are to be ordered by
    time; Forbidden where pods may not be listed.
    """
    pods = pods_of(found, request.choice)
    every = [each for pod in pods for each in _sources(pod, request)]
    sources = tuple(each for each in every if isinstance(each, LogSource))
    notices = [each for each in every if isinstance(each, LogNotice)]
    if not sources:
        raise AppError(
            f"job '{found.ref.name}' has no logs: {_why(notices)}", hint=_hint(found, request, notices)
        )
    options = replace(request.options, tail=_tail(request, len(sources)))
    if request.by_time and len(sources) > request.most and _is_whole(request):
        raise AppError(
            f"--sorted would keep {len(sources)} whole logs; at most {request.most} can be read at a time",
            hint="limit them with --tail or --since, choose replicas, or raise --max-log-requests",
        )

    def entries() -> Iterator[Entry]:
        yield from notices
        if request.by_time:
            yield from by_time(found.cluster, sources, options, request.most)
        else:
            yield from in_order(found.cluster, sources, options)

    return Logs(sources, _shown(entries(), mask_of(found), request))


def followed_logs(found: FoundJob, request: LogRequest) -> FollowedLogs:
    """The logs from now on, until the job is final.

    Raises AppError where its pods are known, and there is no such replica or container; ClusterError.
    """
    if found.live.pods is None:
        raise Forbidden(f"you do not have permission to list pods in namespace {found.ref.namespace}")
    if found.live.pods:
        pods_of(found, request.choice)
    tail = LAST_FOLLOWED if request.tail is None else request.tail if request.tail >= 0 else None
    options = replace(request.options, follow=True, tail=tail)
    following = Following(
        found.cluster, _followed(found, found.live.pods), request.choice, options, request.most
    )
    return FollowedLogs(_shown(following.entries(), mask_of(found), request), lambda: following.job)


def _followed(found: FoundJob, pods: tuple[JsonObject, ...]) -> Followed:
    body = found.live.body

    def judged(body: JsonObject, pods: tuple[JsonObject, ...]) -> Job:
        judge = replace(found.judge, now=datetime.now(UTC))
        return judge.job(replace(found.live, body=body, pods=pods), found.owner)

    return Followed(
        found.cluster.resource(str(body["apiVersion"]), str(body["kind"])),
        found.ref,
        body,
        pods,
        judged,
        pod_labels(body, found.judge.rules),
        frozenset(text_at(controller_of(pod), "uid") for pod in pods),
        found.judge.rules.role_labels,
    )


def pods_of(found: FoundJob, choice: Choice) -> tuple[ChosenPod, ...]:
    """The pods of a job that are asked for. Raises the errors of `logs_of`."""
    name = found.ref.name
    if found.live.pods is None:
        raise Forbidden(f"you do not have permission to list pods in namespace {found.ref.namespace}")
    if not found.live.pods:
        job = found.job
        why = mask_of(found)(why_no_pods(found.live.body, job, found.judge.rules))
        raise AppError(f"job '{name}' has no pods: {why}", hint=None if job.final else "-f waits for them")
    pods = chosen_pods(found.live.pods, found.judge.rules.role_labels, choice, name)
    check_containers(pods, choice, name)
    return pods


def mask_of(found: FoundJob) -> Callable[[str], str]:
    """Hides the secrets of the job's object in a text."""
    redactor = Redactor().with_derived(old_secrets(found.live.body))
    return redactor.mask_message if redactor.masks_values else str


def _sources(pod: ChosenPod, request: LogRequest) -> Iterator[LogSource | LogNotice]:
    return sources_of(pod, request.choice, previous=request.options.previous)


def _tail(request: LogRequest, logs: int) -> int | None:
    if request.tail is not None:
        return request.tail if request.tail >= 0 else None
    return None if logs == 1 or _has_begin(request) else LAST_LINES


def _has_begin(request: LogRequest) -> bool:
    """Whether lines are left out by their time."""
    return request.options.since_seconds is not None or bool(request.options.since_time)


def _is_whole(request: LogRequest) -> bool:
    """Whether all lines of several logs are asked for."""
    return request.tail is not None and request.tail < 0 and not _has_begin(request)


def _why(notices: list[LogNotice]) -> str:
    return "; ".join(each.text for each in notices[:3]) or "its pods have no init containers"


def _hint(found: FoundJob, request: LogRequest, notices: list[LogNotice]) -> str | None:
    if request.options.previous:
        return "leave out --previous"
    return "-f waits for them" if notices and not found.job.final else None


def _shown(entries: Iterator[Entry], mask: Callable[[str], str], request: LogRequest) -> Iterator[Entry]:
    """The entries that match, without secrets."""
    for each in entries:
        shown = replace(each, text=mask(each.text))
        if isinstance(shown, LogNotice) or request.matching is None or request.matching(shown.text):
            yield shown
