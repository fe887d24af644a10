"""The status of an object, decided in the order of kstatus: the first rule that decides wins.

Source: kubernetes-sigs/cli-utils, pkg/kstatus/status/{status,generic,core}.go. A custom kind is judged by the
data of its package; one without data by its condition Ready.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from dlctl.kinds.scope import may_be_custom
from dlctl.manifest import GroupKind, JsonObject, ref_of
from dlctl.status.held import held
from dlctl.status.kinds.ready_condition import by_ready_condition
from dlctl.status.matching import first_match, verdict_by
from dlctl.status.model import (
    CHANGED,
    NO_CONTROLLER,
    WAITS_FOR_CONTROLLER,
    Phase,
    Status,
    Verdict,
    conditions_of,
    current,
    failed,
    in_progress,
    is_true,
    mapping_at,
    message_of,
    text_at,
    time_of,
    value_at,
)
from dlctl.status.readiness import NO_RULES, Readiness, Rules
from dlctl.status.rules import RULES
from dlctl.status.run import changed_after_end, changed_since_begun, ended_run

SPEAKS_WITHIN = timedelta(seconds=60)
"""How long a controller may take to write the first status of an object."""

GRACE = timedelta(seconds=15)
"""How long an object of a kind without data may have no status before it counts as one without status."""

_CHANGED = "its pod template was changed after it had started"


def verdict_of(body: JsonObject | None, *, now: datetime | None = None, rules: Rules = NO_RULES) -> Verdict:
    """The status of an object from a cluster; None means that it does not exist.

    Rules need `now` to measure ages, such as how long a pod has been unschedulable; without it they
    report in progress. `rules` are those of custom kinds. Raises RegistryError for data that is not valid.
    """
    if body is None:
        return Verdict(Status.NOT_FOUND, "does not exist")
    general = _general(body)
    if general is not None:
        return general
    before = ended_before_change(body, rules)
    if before is not None:
        return before
    verdict = held(body, _by_kind(body, now, rules), rules)
    return _of_changed(body, verdict, rules) if changed_since_begun(body) else verdict


def ended_before_change(body: JsonObject, rules: Rules = NO_RULES) -> Verdict | None:
    """The verdict on a run whose spec was changed after it had ended; None for any other object."""
    ended = changed_after_end(body, rules)
    return None if ended is None else _not_run(f"it {ended.how} before its spec was last changed")


def _of_changed(body: JsonObject, verdict: Verdict, rules: Rules) -> Verdict:
    """The verdict on a run whose pod template was changed after it had started: what it states never ran."""
    ended = ended_run(body, rules)
    if ended is None or verdict.status is Status.FAILED:
        return replace(verdict, message=f"{verdict.message}; {_CHANGED}")
    phase = None if verdict.phase is None else Phase.FAILED
    return replace(_not_run(f"it {ended.how}, but {_CHANGED}"), phase=phase)


def _not_run(why: str) -> Verdict:
    return failed(f"{why}; it was not run again ('apply --replace' runs it)", reason=CHANGED)


def _by_kind(body: JsonObject, now: datetime | None, rules: Rules) -> Verdict:
    group_kind = ref_of(body).group_kind
    rule = RULES.get(group_kind)
    if rule is not None:
        return rule(body, now)
    readiness = rules.find(group_kind)
    if readiness is not None:
        return _by_data(body, now, readiness, rules)
    return by_ready_condition(body) or _exists(body, now, group_kind)


def _by_data(body: JsonObject, now: datetime | None, readiness: Readiness, rules: Rules) -> Verdict:
    match = first_match(body, readiness, rules.evaluate)
    if match is None or not (readiness.without_status or mapping_at(body, "status")):
        return _unjudged(body, now, readiness)
    return verdict_by(body, match, rules.evaluate)


def _unjudged(body: JsonObject, now: datetime | None, readiness: Readiness) -> Verdict:
    """The verdict on an object that no controller has judged; one that says so after some time."""
    phase = Phase.PENDING if readiness.job else None
    if mapping_at(body, "status"):
        return in_progress("status not recognized: no readiness rule matches it", phase)
    age = _age(body, now)
    if age is None or age <= SPEAKS_WITHIN:
        return in_progress(WAITS_FOR_CONTROLLER, phase)
    needed = f": is {readiness.operator} installed and running?" if readiness.operator else ""
    return in_progress(
        f"no controller has written a status for {int(age.total_seconds())} s{needed}",
        Phase.UNKNOWN if readiness.job else None,
        NO_CONTROLLER,
    )


def _exists(body: JsonObject, now: datetime | None, group_kind: GroupKind) -> Verdict:
    """An object without a status that counts: ready, but a custom one not before a controller had time."""
    age = _age(body, now)
    if may_be_custom(group_kind) and not mapping_at(body, "status") and age is not None and age < GRACE:
        return in_progress("no status yet")
    return current("exists")


def _age(body: JsonObject, now: datetime | None) -> timedelta | None:
    created = time_of(text_at(body, "metadata", "creationTimestamp"))
    return now - created if now is not None and created is not None else None


def _general(body: JsonObject) -> Verdict | None:
    if value_at(body, "metadata", "deletionTimestamp"):
        return Verdict(Status.TERMINATING, "is being deleted")
    generation = value_at(body, "metadata", "generation")
    observed = value_at(body, "status", "observedGeneration")
    if generation is not None and observed is not None and generation != observed:
        return in_progress(f"generation is {generation}, but observedGeneration is {observed}")
    for found in conditions_of(body):
        if found.get("type") == "Reconciling" and is_true(found):
            return in_progress(message_of(found, "reconciling"))
        if found.get("type") == "Stalled" and is_true(found):
            return failed(message_of(found, "stalled"))
    return None
