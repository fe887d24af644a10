"""The runs of a sweep, for people and for programs."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.output.views.jobs.columns import NOT_APPLICABLE, job_row
from dlctl.cli.output.views.jobs.json import job_json
from dlctl.cli.runtime import Runtime
from dlctl.errors import DlctlError
from dlctl.workflow.runs.sweep import Sweep, SweepRun


def print_sweep(
    runtime: Runtime,
    sweep: Sweep,
    runs: Sequence[SweepRun],
    form: TableFormat,
    errors: Sequence[DlctlError] = (),
) -> None:
    """Write a row for each combination, in the order of the grid."""
    now = datetime.now(UTC)
    if form is TableFormat.JSON:
        write_document(
            runtime,
            "Sweep",
            environment=sweep.environment,
            component=sweep.component,
            sweep=sweep.name,
            complete=all(each.final for each in runs),
            runs=[_item(each, now) for each in runs],
            errors=errors,
        )
        return
    names = tuple(dict.fromkeys(name for each in runs for name in each.combination.values))
    rows = [_row(each, names, now) for each in runs]
    table(("RUN", *names, "PHASE", "DURATION", "REASON"), rows)


def values_text(values: Mapping[str, Any]) -> str:
    """`lr=0.1 batch=32`."""
    return " ".join(f"{name}={_text(value)}" for name, value in values.items())


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _row(each: SweepRun, names: Sequence[str], now: datetime) -> list[Any]:
    values = [_text(each.combination.values.get(name)) for name in names]
    if each.job is None:
        return [NOT_APPLICABLE, *values, "not submitted", NOT_APPLICABLE, NOT_APPLICABLE]
    row = job_row(each.job, now)
    return [each.job.run, *values, row["PHASE"], row["DURATION"], row["REASON"]]


def _item(each: SweepRun, now: datetime) -> dict[str, Any]:
    job, values = each.job, dict(each.combination.values)
    if job is None:
        empty = dict.fromkeys(("durationSeconds", "startedAt", "endedAt"))
        return {"values": values, "run": None, "phase": None, "final": False, "reason": "", **empty}
    end = job.ended if job.final else now
    known = job_json(job)
    return {
        "values": values,
        "run": job.run,
        **{key: known[key] for key in ("phase", "final", "reason")},
        "durationSeconds": (end - job.started).total_seconds() if job.started and end else None,
        "startedAt": known["startedAt"],
        "endedAt": known["endedAt"],
    }
