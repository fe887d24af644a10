"""The status of an object, decided in the order of kstatus: the first rule that decides wins.

Source: kubernetes-sigs/cli-utils, pkg/kstatus/status/{status,generic,core}.go.
"""

from collections.abc import Mapping
from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject, ref_of
from dlctl.status.kinds.ready_condition import by_ready_condition
from dlctl.status.model import (
    Rule,
    Status,
    Verdict,
    conditions_of,
    current,
    failed,
    in_progress,
    is_true,
    message_of,
    value_at,
)
from dlctl.status.rules import RULES
from dlctl.status.run import changed_after_end


def verdict_of(
    body: JsonObject | None, *, now: datetime | None = None, rules: Mapping[GroupKind, Rule] = RULES
) -> Verdict:
    """The status of an object from a cluster; None means that it does not exist.

    Rules need `now` to measure ages, such as how long a pod has been unschedulable; without it they
    report in progress. `rules` are the rules by kind.
    """
    if body is None:
        return Verdict(Status.NOT_FOUND, "does not exist")
    general = _general(body)
    if general is not None:
        return general
    ended = changed_after_end(body)
    if ended is not None:
        return failed(f"the run {ended.how} before the last change of its spec, which has started nothing")
    rule = rules.get(ref_of(body).group_kind)
    return rule(body, now) if rule is not None else by_ready_condition(body) or current("exists")


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
