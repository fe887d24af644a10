"""Runs that are or would be deleted, for people and for programs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.output.views.jobs.columns import job_row
from dlctl.cli.output.views.jobs.json import job_json
from dlctl.cli.runtime import Runtime
from dlctl.errors import DlctlError
from dlctl.jobs.model import Job
from dlctl.workflow.runs.prune import NotDeleted, PlannedPrune


def print_pruned(
    runtime: Runtime,
    planned: PlannedPrune,
    form: TableFormat,
    left: Mapping[str, NotDeleted] | None = None,
    *,
    errors: Sequence[DlctlError] = (),
) -> None:
    """Write each run and what becomes of it; without `left` nothing was deleted yet."""
    rows = [*((job, "kept", "") for job in planned.kept)]
    for job in planned.leaving:
        done = NotDeleted("would-delete" if left is None else "deleted", "")
        known = (left or {}).get(job.run, done)
        rows.append((job, known.result, known.reason))
    if form is TableFormat.JSON:
        items = [_item(*row) for row in rows]
        write_document(runtime, "PrunedRunList", items=items, errors=errors)
        return
    now = datetime.now(UTC)
    cells = [(job_row(job, now), job, result) for job, result, _ in rows]
    shown = [(job.run, row["PHASE"], row["DURATION"], row["AGE"], result) for row, job, result in cells]
    table(("RUN", "PHASE", "DURATION", "AGE", "RESULT"), shown, "no runs that have finished")


def _item(job: Job, result: str, reason: str) -> dict[str, Any]:
    known = job_json(job)
    kept = {key: known[key] for key in ("environment", "run", "object", "phase", "final", "createdAt")}
    return {**kept, "result": result, "reason": reason}
