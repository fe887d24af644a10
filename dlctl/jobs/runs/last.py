"""The last run of a component by number, of those that are deleted."""

from collections.abc import Iterable, Sequence

from dlctl.jobs.runs.names import next_number, run_name
from dlctl.jobs.runs.record import run_of
from dlctl.labels import component_of
from dlctl.manifest import JsonObject


def last_of(deleted: Sequence[JsonObject], others: Iterable[JsonObject]) -> JsonObject | None:
    """The job of the run with the highest number, if it is among the deleted ones of a component.

    None where a run that stays has a higher number, and where no deleted one has a number.
    """
    component = component_of(deleted[0]) if deleted else ""
    highest = next_number(component, map(run_of, deleted)) - 1
    if not component or highest < next_number(component, map(run_of, others)):
        return None
    return next(body for body in deleted if run_of(body) == run_name(component, highest))
