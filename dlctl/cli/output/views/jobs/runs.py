"""Runs that are or would be made, for people and for programs."""

from collections.abc import Iterable, Sequence
from typing import Any

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.views.jobs.run_format import SubmitFormat
from dlctl.cli.output.views.plan import print_plan
from dlctl.cli.runtime import Runtime
from dlctl.jobs.runs.record import RunRecord
from dlctl.manifest import ObjectRef, ref_of
from dlctl.plan.view.report import ref_report
from dlctl.plan.view.text import title
from dlctl.workflow.runs.render import RenderedRun
from dlctl.workflow.runs.submit import PlannedRun, Submitted
from dlctl.workflow.session import Session

Candidates = Sequence[dict[str, Any]]


def print_planned_run(
    runtime: Runtime, session: Session, planned: PlannedRun, form: SubmitFormat, candidates: Candidates = ()
) -> None:
    """Write what a run would create."""
    if form is SubmitFormat.JSON:
        shared = [step.ref for step in planned.shared.steps]
        fields = _fields(session, planned.environment, planned.run, shared)
        write_document(runtime, "Run", dryRun=True, uid=None, **fields, candidates=list(candidates))
    elif form is SubmitFormat.NAME:
        data(f"{planned.run.record.run}\n")
    else:
        print_plan(planned.planned.masked(session))


def print_submitted(
    runtime: Runtime, session: Session, made: Submitted, form: SubmitFormat, candidates: Candidates = ()
) -> None:
    """Write which run was made."""
    name = made.run.record.run
    if form is SubmitFormat.JSON:
        outcomes = made.shared.outcomes if made.shared else ()
        fields = _fields(session, made.environment, made.run, [each.ref for each in outcomes])
        write_document(
            runtime,
            "Run",
            dryRun=False,
            uid=made.job["metadata"]["uid"],
            **fields,
            candidates=list(candidates),
        )
    elif form is SubmitFormat.NAME:
        data(f"{name}\n")
    else:
        data(submitted_line(made) + "\n")
        log(f"'dlctl job describe {name} --env {made.environment}' shows its progress")


def submitted_line(made: Submitted) -> str:
    """`gke: run cnn-r1 submitted: TFJob.kubeflow.org/cnn-r1 (namespace kubeflow)`."""
    ref = made.run.redactor.mask_ref(ref_of(made.job))
    return f"{made.environment}: run {made.run.record.run} submitted: {title(ref)}"


def _fields(
    session: Session, environment: str, run: RenderedRun, shared: Iterable[ObjectRef]
) -> dict[str, Any]:
    """The fields of a run: its identity, what is created for it, and what it is made from."""
    record, mask = run.record, run.redactor.mask_ref
    own = [each.ref for each in (*run.objects.own, run.objects.job)]
    return {
        "environment": environment,
        "run": record.run,
        "component": record.component,
        "object": ref_report(mask(run.objects.job.ref)),
        "objects": [ref_report(mask(ref)) for ref in (*shared, *own)],
        "madeFrom": record_json(record),
        "notes": list(session.notes(environment)),
    }


def record_json(record: RunRecord) -> dict[str, Any]:
    """What a run was made from."""
    return {
        "values": dict(record.values),
        "hidden": list(record.hidden),
        "params": None if record.params is None else dict(record.params),
        "revision": record.revision,
        "changed": record.changed,
        "user": record.user,
        "time": record.time,
        "version": record.version,
        "sweep": record.sweep,
    }
