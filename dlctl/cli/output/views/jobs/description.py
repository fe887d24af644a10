"""`job describe` for people and for programs."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from dlctl.cli.output.age import between
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import data
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.output.views.jobs.columns import job_row
from dlctl.cli.output.views.jobs.json import description_json
from dlctl.cli.output.views.jobs.notes import clusters_json, log_notes
from dlctl.cli.runtime import Runtime
from dlctl.jobs.description import JobCondition, JobDescription
from dlctl.jobs.job_events import JobEvent
from dlctl.jobs.pod_rows import PodRow
from dlctl.workflow.clusters import ClusterRead
from dlctl.workflow.jobs.find import Searched

POD_HEADINGS = ("REPLICA", "PHASE", "READY", "RESTARTS", "NODE", "GPUS", "EXIT", "AGE")
_FACTS = ("READY", "GPUS", "QUEUE", "DURATION", "AGE")


def print_description(
    runtime: Runtime, found: JobDescription, reads: Sequence[ClusterRead[Searched]], form: TableFormat
) -> None:
    """Write all that is known of a job."""
    if form is TableFormat.JSON:
        clusters, errors = clusters_json(reads)
        write_document(runtime, "Job", clusters=clusters, **description_json(found), errors=errors)
        return
    print_text(found, datetime.now(UTC))
    log_notes(reads)


def print_text(found: JobDescription, now: datetime) -> None:
    """Write it in parts: facts, causes, conditions, pods, events, log."""
    data(before_pods(found, now))
    if found.pods:
        data("\nPods:\n")
        table(POD_HEADINGS, [pod_cells(pod, now) for pod in found.pods])
    data(after_pods(found, now))


def before_pods(found: JobDescription, now: datetime) -> str:
    """Facts, causes and conditions."""
    facts = "".join(f"{name + ':':<14}{printable(text)}\n" for name, text in _facts(found, now))
    causes = _part("Causes", [f"{each.layer}: {each.text}" for each in found.causes])
    return facts + causes + _part("Conditions", list(map(_condition, found.conditions)))


def after_pods(found: JobDescription, now: datetime) -> str:
    """Events, and the log of the first failure."""
    events = _part("Events", [event_text(each, now) for each in found.events])
    if found.log is None:
        return events
    return events + _part(f"Log of {found.log.pod}, container {found.log.container}", found.log.lines)


def _facts(found: JobDescription, now: datetime) -> Iterator[tuple[str, str]]:
    job = found.job
    row = job_row(job, now)
    yield "Name", job.ref.name
    yield "Kind", ".".join(filter(None, (job.ref.kind, job.ref.group)))
    yield "Environment", job.environment or "-"
    yield "Namespace", job.ref.namespace
    yield "Component", job.component or "-"
    yield "Phase", f"{job.phase.value} by {job.failed_by.words}" if job.failed_by else job.phase.value
    yield "Message", job.message
    for name in _FACTS:
        yield "GPUs" if name == "GPUS" else name.capitalize(), str(row[name])
    if found.pods is None:
        yield "Pods", "you do not have permission to list them"


def _part(title: str, lines: Sequence[str]) -> str:
    return f"\n{title}:\n" + "".join(f"  {printable(line)}\n" for line in lines) if lines else ""


def _condition(each: JobCondition) -> str:
    return " ".join(filter(None, (each.since, f"{each.type}={each.status}", each.reason, each.message)))


def pod_cells(pod: PodRow, now: datetime) -> tuple[str, ...]:
    """The cells of a pod, below POD_HEADINGS."""
    age = between(pod.created, now) if pod.created else "-"
    ready = "yes" if pod.ready else "no"
    code = "-" if pod.exit_code is None else str(pod.exit_code)
    return (pod.replica, pod.phase, ready, str(pod.restarts), pod.node or "-", str(pod.devices), code, age)


def event_text(event: JobEvent, now: datetime) -> str:
    """An event in one line, with its age."""
    age = between(event.time, now) if event.time else "?"
    times = f" (x{event.count})" if event.count > 1 else ""
    return f"{age} ago {event.type} {event.kind}/{event.name} {event.reason}: {event.message}{times}"
