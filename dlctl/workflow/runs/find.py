"""Runs by name: what they were made from, and their objects."""

from msgspec import Struct

from dlctl.app.model import Target
from dlctl.errors import AppError
from dlctl.jobs.runs.record import RunRecord, record_of, run_of
from dlctl.manifest import JsonObject
from dlctl.status.model import text_at
from dlctl.workflow.jobs.find import FoundJob
from dlctl.workflow.render import Selection
from dlctl.workflow.runs.objects import bodies_of, configuration_of
from dlctl.workflow.scope import scope_of


class FoundRun(Struct, frozen=True):
    """A run: its job, what it was made from, and its objects; those of `unread` kinds may not be listed."""

    found: FoundJob
    record: RunRecord
    bodies: tuple[JsonObject, ...]
    unread: tuple[str, ...] = ()


def recorded(found: FoundJob) -> RunRecord:
    """What a run was made from. Raises AppError for a job that is no run, or has no readable record."""
    name = found.ref.name
    if not run_of(found.live.body):
        raise AppError(
            f"job {name} is not a run",
            hint="'dlctl job submit COMPONENT --env ENV' submits a run of a component",
        )
    record = record_of(found.live.body)
    if record is None:
        raise AppError(
            f"run {name} has no readable annotation of what it was made from",
            hint=f"submit a new run: dlctl job submit {found.owner.component} --env {found.environment}",
        )
    return record


def whole_run(found: FoundJob, target: Target) -> FoundRun:
    """A run with its objects. Raises AppError for a job that is no run."""
    record = recorded(found)
    run, namespace = run_of(found.live.body), text_at(found.live.body, "metadata", "namespace")
    own = configuration_of(found.cluster, scope_of(target, Selection()), [run], namespace)
    return FoundRun(found, record, (found.live.body, *bodies_of(own.objects, run)), own.unread)
