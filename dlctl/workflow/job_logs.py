"""The logs of a job that was found: which containers are read, how much of each, without secrets."""

from collections.abc import Callable, Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from dlctl.errors import AppError, Forbidden
from dlctl.jobs.logs.choice import Choice, ChosenPod, check_containers, chosen_pods, sources_of
from dlctl.jobs.logs.in_order import in_order
from dlctl.jobs.logs.model import Entry, LogLine, LogNotice, LogOptions, LogSource
from dlctl.plan.live.old_secrets import old_secrets
from dlctl.redact import Redactor
from dlctl.workflow.job_find import FoundJob

LAST_LINES = 200
"""Lines of each log where several are read."""


class LogRequest(Struct, frozen=True):
    """Which logs, and how much of each; without `tail` that depends on how many there are."""

    choice: Choice = field(default_factory=Choice)
    options: LogOptions = field(default_factory=LogOptions)
    tail: int | None = None


class Logs(Struct, frozen=True):
    """The logs that are read; `entries` begins to read them. `sources` are those that there are at first."""

    sources: tuple[LogSource, ...]
    entries: Iterator[Entry]


def logs_of(found: FoundJob, request: LogRequest) -> Logs:
    """The logs as they are now, one after the other, in the order of roles and indexes.

    Raises AppError where there is no such replica or container, Forbidden where pods may not be listed.
    """
    pods = pods_of(found, request.choice)
    every = [each for pod in pods for each in _sources(pod, request)]
    sources = tuple(each for each in every if isinstance(each, LogSource))
    notices = [each for each in every if isinstance(each, LogNotice)]
    if not sources:
        raise AppError(f"job '{found.ref.name}' has no logs: {_why(notices)}", hint="-f waits for them")
    options = replace(request.options, tail=_tail(request, len(sources)))

    def entries() -> Iterator[Entry]:
        yield from notices
        yield from in_order(found.cluster, sources, options)

    return Logs(sources, _masked(entries(), mask_of(found)))


def pods_of(found: FoundJob, choice: Choice) -> tuple[ChosenPod, ...]:
    """The pods of a job that are asked for. Raises the errors of `logs_of`."""
    name = found.ref.name
    if found.live.pods is None:
        raise Forbidden(f"you may not list pods in namespace {found.ref.namespace}")
    if not found.live.pods:
        reason = found.job.reason.text or found.job.message
        why = f"{found.job.phase.value}: {reason}" if reason else found.job.phase.value
        raise AppError(f"job '{name}' has no pods: {why}", hint="-f waits for them")
    pods = chosen_pods(found.live.pods, choice, name)
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
    stated = request.options.since_seconds is not None or request.options.since_time
    return None if logs == 1 or stated else LAST_LINES


def _why(notices: list[LogNotice]) -> str:
    return "; ".join(each.text for each in notices[:3]) or "no container is asked for"


def _masked(entries: Iterator[Entry], mask: Callable[[str], str]) -> Iterator[Entry]:
    for each in entries:
        if isinstance(each, LogLine):
            yield replace(each, text=mask(each.text))
        else:
            yield replace(each, text=mask(each.text))
