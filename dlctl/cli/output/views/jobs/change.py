"""`job cancel` and `job resume` for people and for programs."""

import sys
from datetime import UTC, datetime

from dlctl.cli.output.age import between
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import log, write_data
from dlctl.cli.output.style import Style, styled
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.json import job_json
from dlctl.cli.runtime import Runtime
from dlctl.jobs.find import full_name
from dlctl.text import counted
from dlctl.workflow.jobs.cancel import JobAction, PlannedChange

_DONE = {JobAction.DELETE: "deleted", JobAction.SUSPEND: "suspended", JobAction.RESUME: "resumed"}
_VERB = {JobAction.DELETE: "Delete", JobAction.SUSPEND: "Suspend", JobAction.RESUME: "Resume"}


def show_planned(planned: PlannedChange) -> None:
    """A line on stderr about the job as it is and what stops; then what else follows."""
    if planned.done:
        waits = planned.change is not None
        left = (
            f": {planned.done}; waiting until it is gone" if waits else f" is left as it is: {planned.done}"
        )
        log(printable(f"{_name(planned)}{left}"))
        return
    log(printable(f"{_name(planned)}: {_lost(planned)}"))
    for note in planned.notes:
        log(printable(f"note: {note}"), Style.DIM)


def log_continues(planned: PlannedChange) -> None:
    """A line on stderr about what was requested, where its end is not waited for any more."""
    if planned.action is JobAction.DELETE:
        name = f"{full_name(planned.job.ref)} --env {planned.environment}"
        log(
            printable(
                f"{_name(planned)}: its deletion was requested, and continues; "
                f"'dlctl job wait {name} --for deleted' waits for its end"
            )
        )


def question(planned: PlannedChange) -> str:
    """What is asked before it is done."""
    where = f"{'protected environment ' if planned.protected else ''}{planned.environment}"
    server = planned.change.identity.server if planned.change else ""
    return f"{_VERB[planned.action]} job {full_name(planned.job.ref)} of {where} on {server}?"


def print_change(
    runtime: Runtime, planned: PlannedChange, form: TableFormat, *, dry_run: bool, waited: bool
) -> None:
    """Write what was done, or would be; nothing where nothing was left to do."""
    if form is TableFormat.JSON:
        _write_json(runtime, planned, dry_run=dry_run)
    elif planned.change is not None:
        word = _DONE[planned.action]
        if dry_run:
            word = f"would be {word}"
        elif planned.action is JobAction.DELETE and not waited:
            word = "deletion requested"
        write_data(printable(f"{_name(planned)} ") + styled(word, Style.BAD, sys.stdout) + "\n")


def _write_json(runtime: Runtime, planned: PlannedChange, *, dry_run: bool) -> None:
    write_document(
        runtime,
        "JobChange",
        environment=planned.environment,
        action=planned.action.value,
        dryRun=dry_run,
        changes=not planned.done,
        reason=planned.done,
        pods=planned.pods,
        devices=planned.devices,
        job=job_json(planned.job),
        notes=list(planned.notes),
    )


def _name(planned: PlannedChange) -> str:
    return f"{planned.environment}: {full_name(planned.job.ref)}"


def _lost(planned: PlannedChange) -> str:
    """`Running since 2h3m, 4 pods with 16 GPUs stop; its logs and its status are lost`."""
    job = planned.job
    since = f" since {between(job.started, datetime.now(UTC))}" if job.started and not job.final else ""
    parts = [f"{job.phase}{since}"]
    if planned.pods is None:
        parts.append("its pods stop (you do not have permission to list them)")
    elif planned.pods:
        gpus = f" with {counted(planned.devices, 'GPU')}" if planned.devices else ""
        parts.append(f"{counted(planned.pods, 'pod')}{gpus} {'stops' if planned.pods == 1 else 'stop'}")
    text = ", ".join(parts)
    return f"{text}; its logs and its status are lost" if planned.action is JobAction.DELETE else text
