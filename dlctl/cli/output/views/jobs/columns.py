"""The columns of a list of jobs."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dlctl.cli.output.age import between
from dlctl.cli.output.streams import stdout_is_terminal
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.views.unread import error_class
from dlctl.errors import DlctlError
from dlctl.jobs.kinds import short_kind
from dlctl.jobs.model import Job
from dlctl.status.model import Phase

JobRow = Mapping[str, str | Cell]
UNKNOWN, NOT_APPLICABLE = "?", "-"
REASON_LENGTH = 60
OPTIONAL = ("QUEUE", "COMPONENT", "DURATION", "NAMESPACE", "KIND", "AGE")
"""Columns that are left out, in this order, where a terminal is narrow."""

_STYLES: Mapping[Phase, Style] = {
    Phase.RUNNING: Style.GOOD,
    Phase.SUCCEEDED: Style.GOOD,
    Phase.FAILED: Style.BAD,
    Phase.UNKNOWN: Style.BAD,
    Phase.SUSPENDED: Style.DIM,
    Phase.DELETING: Style.DIM,
}
_HEADINGS = (
    "ENV",
    "NAMESPACE",
    "NAME",
    "KIND",
    "COMPONENT",
    "PHASE",
    "READY",
    "GPUS",
    "QUEUE",
    "DURATION",
    "AGE",
    "REASON",
)


def columns(rows: Sequence[JobRow], *, several: bool) -> tuple[str, ...]:
    """The headings: of environments and namespaces where there are several, of queues where there are any."""
    namespaces = {str(row["NAMESPACE"]) for row in rows} - {NOT_APPLICABLE}
    there = {
        "ENV": several,
        "NAMESPACE": len(namespaces) > 1,
        "QUEUE": any(row["QUEUE"] != NOT_APPLICABLE for row in rows),
    }
    return tuple(name for name in _HEADINGS if there.get(name, True))


def job_row(job: Job, now: datetime) -> JobRow:
    """The cells of a job by heading."""
    return {
        "ENV": job.environment or NOT_APPLICABLE,
        "NAMESPACE": job.ref.namespace,
        "NAME": job.ref.name,
        "KIND": short_kind(job.ref.group_kind),
        "COMPONENT": job.component or NOT_APPLICABLE,
        "PHASE": phase_cell(job),
        "READY": _of(job.replicas.running, job.replicas.required),
        "GPUS": _gpus(job),
        "QUEUE": job.queue or NOT_APPLICABLE,
        "DURATION": _between(job.started, job.ended if job.final else now),
        "AGE": _between(job.created, now),
        "REASON": short_reason(job),
    }


def news_of(job: Job | None) -> tuple[object, ...] | None:
    """What of a job is worth a line where it changes."""
    if job is None:
        return None
    return (job.phase, job.reason.text, job.replicas, job.devices, job.queue)


def unread_row(environment: str, error: DlctlError) -> JobRow:
    """The cells of an environment whose cluster could not be read."""
    cells: dict[str, str | Cell] = dict.fromkeys(_HEADINGS, NOT_APPLICABLE)
    word = Cell(error_class(error), Style.BAD)
    return {**cells, "ENV": environment, "PHASE": word, "REASON": _cut(error.message)}


def phase_cell(job: Job) -> Cell:
    """The phase, with its colour."""
    return Cell(job.phase.value, _STYLES.get(job.phase, Style.WARN))


def short_reason(job: Job) -> str:
    """Why a job does not run, on one line that is not too long."""
    return _cut(job.reason.text) or NOT_APPLICABLE


def _cut(text: str) -> str:
    line = " ".join(text.split()).rstrip(".")
    whole = len(line) <= REASON_LENGTH or not stdout_is_terminal()
    return line if whole else f"{line[: REASON_LENGTH - 1]}…"


def _gpus(job: Job) -> str:
    if not job.devices.wanted and not job.devices.held and None not in (job.devices.wanted, job.devices.held):
        return NOT_APPLICABLE
    return _of(job.devices.held, job.devices.wanted)


def _of(part: int | None, whole: int | None) -> str:
    return f"{UNKNOWN if part is None else part}/{UNKNOWN if whole is None else whole}"


def _between(start: datetime | None, end: datetime | None) -> str:
    if start is None or end is None:
        return NOT_APPLICABLE
    return between(start, end)
