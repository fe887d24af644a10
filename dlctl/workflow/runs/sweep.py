"""A sweep: one run for each combination of values. Its state is on the cluster, in labels and annotations."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.names import check_name
from dlctl.errors import ParamError, UsageError
from dlctl.events import no_events
from dlctl.jobs.model import Job
from dlctl.jobs.runs.grid import combinations
from dlctl.jobs.runs.record import RunRecord, record_of, sweep_of, with_values
from dlctl.json_values import same_json
from dlctl.text import enumerated
from dlctl.workflow.jobs.listing import JobQuery, chosen_jobs
from dlctl.workflow.render import Selection, redactor_of
from dlctl.workflow.runs.render import source_of_runs
from dlctl.workflow.runs.submit import RunRequest
from dlctl.workflow.session import Session

_DIGITS = 8
"""Digits of the digest of the grid in a sweep's name."""


class Combination(Struct, frozen=True):
    """The values of one combination by parameter, and the request for its run."""

    values: Mapping[str, Any]
    request: RunRequest


class Sweep(Struct, frozen=True):
    """The combinations of a component's sweep in an environment, in the order of the grid."""

    environment: str
    component: str
    name: str
    combinations: tuple[Combination, ...]


class SweepRun(Struct, frozen=True):
    """A combination and its run's job; None where it was not submitted yet."""

    combination: Combination
    job: Job | None = None

    @property
    def final(self) -> bool:
        """Whether its run has ended."""
        return self.job is not None and self.job.final


def sweep_of_grid(
    session: Session, record: RunRecord, settings: Sequence[str], grid: Sequence[str], name: str = ""
) -> Sweep:
    """All combinations, each rendered once, so that a wrong value is refused before the first run.

    `settings` hold for every run. Without `name` the sweep is called after the component and its values: the
    same command again is the same sweep. Raises UsageError, ParamError, RenderError, PlanError.
    """
    if not grid:
        raise UsageError("--grid is missing", hint="for example --grid lr=0.1,0.01 --grid batch=32,64")
    found: list[tuple[Selection, Mapping[str, Any], RunRecord]] = []
    for combined in combinations(grid):
        selection = Selection((record.component,), (*settings, *combined))
        typed, names = _typed(session, record, selection, combined)
        _refuse_hidden(typed, names)
        found.append((selection, {name: typed.values[name] for name in names}, typed))
    sweep = check_name("a sweep", name) if name else _called(record.component, [typed for *_, typed in found])
    made = replace(record, sweep=sweep)
    combos = tuple(Combination(values, RunRequest(selection, made)) for selection, values, _ in found)
    return Sweep(record.environment, record.component, sweep, combos)


def _typed(
    session: Session, record: RunRecord, selection: Selection, combined: Sequence[str]
) -> tuple[RunRecord, tuple[str, ...]]:
    """The record with the typed values of a combination, and the names of its parameters, no aliases."""
    source = source_of_runs(session, record.environment, selection)
    (component,) = source.rendering.components
    typed = with_values(record, component.params, redactor_of(source.rendering))
    stated = (text.partition("=")[0].removeprefix(f"{record.component}.") for text in combined)
    specs = (component.prototype.typed_spec(name.partition(".")[0]) for name in stated)
    return typed, tuple(spec.name for spec in specs if spec is not None)


def _refuse_hidden(typed: RunRecord, names: Sequence[str]) -> None:
    if secret := [name for name in names if name in typed.hidden]:
        raise ParamError(
            f"--grid has {enumerated(secret)}, whose values are secret: the results of a sweep show values",
            hint="pass it with --set",
        )


def _called(component: str, typed: Sequence[RunRecord]) -> str:
    text = json.dumps([each.values for each in typed], sort_keys=True)
    return f"{component[:40]}-{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def runs_of(session: Session, sweep: Sweep) -> tuple[SweepRun, ...]:
    """Each combination with its run, as the cluster has it now. Raises ClusterError."""
    target = session.target(sweep.environment)
    cluster = session.cluster(target.environment, no_events, writing=False)
    query = JobQuery((sweep.component,), ended=True)
    found = chosen_jobs(cluster, target, query, session.rules(sweep.environment))
    there: list[tuple[Mapping[str, Any], Job]] = []
    for live, owner in found.jobs:
        record = record_of(live.body)
        if record is not None and sweep_of(live.body) == sweep.name:
            there.append((record.values, found.judge.job(live, owner)))
    return tuple(SweepRun(each, _job_of(each, there)) for each in sweep.combinations)


def _job_of(combination: Combination, there: Sequence[tuple[Mapping[str, Any], Job]]) -> Job | None:
    """The run of a combination; of several the one that was submitted last."""
    wanted = combination.values
    jobs = [job for values, job in there if all(same_json(values.get(name), wanted[name]) for name in wanted)]
    return max(jobs, key=lambda job: job.created.timestamp() if job.created else 0, default=None)


def next_ones(runs: Sequence[SweepRun], max_parallel: int) -> Iterator[Combination]:
    """The combinations to submit now: as many as may run beside those that have not ended."""
    active = sum(each.job is not None and not each.final for each in runs)
    waiting = [each.combination for each in runs if each.job is None]
    return iter(waiting[: max(0, max_parallel - active)])
