"""Runs: objects whose program comes to an end, such as Jobs, and how and when it ended.

A controller starts nothing for a run that has ended, whatever is changed in its spec afterwards.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from dlctl.labels import CHANGED_RUN, annotations_of
from dlctl.manifest import GroupKind, JsonObject, ref_of
from dlctl.status.matching import first_match
from dlctl.status.model import (
    Phase,
    condition,
    conditions_of,
    is_true,
    number_at,
    text_at,
    time_of,
    value_at,
)
from dlctl.status.readiness import NO_RULES, Readiness, Rules

JOB = GroupKind("batch", "Job")
POD = GroupKind("", "Pod")
KINDS = frozenset({JOB, POD})
"""The runs among the kinds of Kubernetes; those of other kinds are jobs by their data."""

_JOB_ENDS: Mapping[str, str] = MappingProxyType({"Complete": "succeeded", "Failed": "failed"})
_POD_ENDS: Mapping[str, str] = MappingProxyType({"Succeeded": "succeeded", "Failed": "failed"})
_END_FIELDS = ("completionTime", "finishedAt", "endTime")


class Ended(Struct, frozen=True):
    """How a run ended (`succeeded`, `failed` and so on), and when; None if that is not known."""

    how: str
    at: datetime | None


def ended_run(body: JsonObject, rules: Rules = NO_RULES) -> Ended | None:
    """How and when an object's run ended; None if it has not ended, or the object is no run."""
    group_kind = ref_of(body).group_kind
    if group_kind == JOB:
        return _ended_job(body)
    if group_kind == POD:
        return _ended_pod(body)
    readiness = rules.find(group_kind)
    return _by_data(body, readiness, rules) if readiness is not None and readiness.job else None


def changed_after_end(body: JsonObject, rules: Rules = NO_RULES) -> Ended | None:
    """The end of a run whose spec was written afterwards, so that what it states never ran; else None.

    A server counts changes of the spec in `generation`; managedFields has the time of the last change by
    each manager.
    """
    if number_at(body, "metadata", "generation") <= 1:
        return None
    ended = ended_run(body, rules)
    if ended is None or ended.at is None:
        return None
    entries = value_at(body, "metadata", "managedFields")
    written = (_written(entry) for entry in (entries if isinstance(entries, list) else ()))
    return ended if any(time is not None and time > ended.at for time in written) else None


def beginning_of(body: JsonObject) -> str:
    """When a run began; a job that was suspended and goes on, or is retried, begins again with new pods."""
    return text_at(body, "status", "startTime") or text_at(body, "metadata", "creationTimestamp")


def changed_since_begun(body: JsonObject) -> bool:
    """Whether an apply has marked a run as one whose pods are older than its template."""
    marked = annotations_of(body).get(CHANGED_RUN)
    return bool(marked) and marked == beginning_of(body)


def _written(entry: Any) -> datetime | None:
    """When a manager last wrote a spec, by its entry in managedFields."""
    if text_at(entry, "subresource") or value_at(entry, "fieldsV1", "f:spec") is None:
        return None
    return time_of(text_at(entry, "time"))


def _ended_job(body: JsonObject) -> Ended | None:
    for found in conditions_of(body):
        how = _JOB_ENDS.get(text_at(found, "type"), "") if is_true(found) else ""
        if how:
            return Ended(how, _end(body) or time_of(text_at(found, "lastTransitionTime")))
    return None


def _ended_pod(body: JsonObject) -> Ended | None:
    how = _POD_ENDS.get(text_at(body, "status", "phase"))
    stopped = text_at(condition(body, "Ready"), "lastTransitionTime")
    return Ended(how, _end(body) or time_of(stopped)) if how else None


def _by_data(body: JsonObject, readiness: Readiness, rules: Rules) -> Ended | None:
    match = first_match(body, readiness, rules.evaluate)
    if match is None or match.rule.phase not in (Phase.SUCCEEDED, Phase.FAILED) or not match.rule.final:
        return None
    path = match.rule.field.path.split(".")[:-1] if match.rule.field else []
    last = text_at(match.condition, "lastTransitionTime") or text_at(body, *path, "lastTransitionTime")
    return Ended(match.rule.ended or match.rule.phase.value.lower(), _end(body) or time_of(last))


def _end(body: JsonObject) -> datetime | None:
    found = (time_of(text_at(body, "status", field)) for field in _END_FIELDS)
    return next((time for time in found if time is not None), None)
