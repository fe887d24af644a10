"""The decision order of kstatus; the first rule that decides wins.

Source: kubernetes-sigs/cli-utils, pkg/kstatus/status/{status,generic,core}.go.
"""

from collections.abc import Mapping
from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject, ref_of
from dlctl.status.model import (
    Rule,
    Status,
    Verdict,
    condition,
    conditions_of,
    current,
    failed,
    in_progress,
    is_true,
    message_of,
    value_at,
)
from dlctl.status.rules import RULES


def verdict_of(
    body: JsonObject | None, *, now: datetime | None = None, rules: Mapping[GroupKind, Rule] = RULES
) -> Verdict:
    """The state of an object as a cluster has it; None stands for an object that does not exist.

    `now` lets rules measure an age (a pod that has been unschedulable for a while); without it
    such a rule waits. `rules` are the rules by kind; more kinds can be added to the standard ones.
    """
    if body is None:
        return Verdict(Status.NOT_FOUND, "does not exist")
    general = _general(body)
    if general is not None:
        return general
    rule = rules.get(ref_of(body).group_kind)
    return rule(body, now) if rule is not None else _by_ready_condition(body)


def _general(body: JsonObject) -> Verdict | None:
    if value_at(body, "metadata", "deletionTimestamp"):
        return Verdict(Status.TERMINATING, "is being deleted")
    generation = value_at(body, "metadata", "generation")
    observed = value_at(body, "status", "observedGeneration")
    if generation is not None and observed is not None and generation != observed:
        return in_progress(f"generation {generation}, but its controller has seen {observed}")
    for found in conditions_of(body):
        if found.get("type") == "Reconciling" and is_true(found):
            return in_progress(message_of(found, "reconciling"))
        if found.get("type") == "Stalled" and is_true(found):
            return failed(message_of(found, "stalled"))
    return None


def _by_ready_condition(body: JsonObject) -> Verdict:
    ready = condition(body, "Ready")
    if is_true(ready):
        return current("ready")
    if ready.get("status") in ("False", "Unknown"):
        return in_progress(message_of(ready, "not ready"))
    return current("exists")
