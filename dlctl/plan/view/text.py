"""Steps as unified diffs of YAML, with secrets masked."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlctl.manifest import JsonObject, ObjectRef
from dlctl.plan.model import BLOCKING, Action
from dlctl.text import counted

if TYPE_CHECKING:
    from dlctl.plan.requirements import MissingRequirement
    from dlctl.plan.view.masked_plan import MaskedConflict, MaskedPlan, MaskedStep


FIRST_KEYS = ("apiVersion", "kind", "metadata")

_WORDS = {
    Action.CREATE: "would be created",
    Action.UPDATE: "would be updated",
    Action.REPLACE: "would be deleted and recreated",
    Action.PRUNE: "would be deleted",
    Action.CONFLICT: "refused",
    Action.UNKNOWN: "unknown",
    Action.UNCHANGED: "unchanged",
}


COUNTED = {
    Action.CREATE: "to create",
    Action.UPDATE: "to update",
    Action.REPLACE: "to replace",
    Action.PRUNE: "to delete",
    Action.CONFLICT: "refused",
    Action.UNKNOWN: "unknown",
    Action.UNCHANGED: "unchanged",
}


def title(ref: ObjectRef) -> str:
    """An object's name in diffs: `Deployment.apps/inception (namespace default)`."""
    place = f" (namespace {ref.namespace})" if ref.namespace else ""
    return f"{ref.group_kind}/{ref.name}{place}"


def plan_text(plan: "MaskedPlan") -> str:
    """Missing kinds, and the diffs of all changing steps; empty if there are no differences."""
    environment = plan.scope.environment
    missing = (_missing_text(kind, environment) for kind in plan.missing)
    return "".join((*missing, *(step_text(step, environment) for step in plan.steps)))


def plan_summary(plan: "MaskedPlan") -> str:
    """A one-line summary of a plan: `2 to create (not checked by the server), 4 unchanged`."""
    parts = [f"{plan.counts[action]} {label}" for action, label in COUNTED.items() if plan.counts[action]]
    unchecked = sum(step.unchecked for step in plan.steps)
    if unchecked:
        every = unchecked == plan.counts[Action.CREATE]
        parts[0] += f" ({'' if every else f'{unchecked} '}not checked by the server)"
    if plan.missing:
        parts.insert(0, f"{counted(len(plan.missing), 'kind')} missing")
    if left := sum(plan.leftovers.values()):
        parts.append(f"{left} left over")
    return ", ".join(parts) or "nothing to do"


def refusal_lines(plan: "MaskedPlan") -> Iterator[str]:
    """Why an apply would be refused: a line for each missing kind and each object; none if it would not."""
    environment = plan.scope.environment
    for missing in plan.missing:
        kind = f"kind {missing.api_version} {missing.kind}"
        yield f"{environment}: {kind} is missing: {missing.sentence(environment)} ({missing.hint})"
    for step in plan.steps:
        if step.action in BLOCKING:
            yield f"{environment}: {title(step.ref)}: {_WORDS[step.action]}{_reason(step)}"


def _missing_text(missing: "MissingRequirement", environment: str) -> str:
    return (
        f"--- {environment}: kind {missing.api_version} {missing.kind}\n"
        f"+++ missing: {missing.sentence(environment)} ({missing.hint})\n"
    )


def step_text(step: "MaskedStep", environment: str) -> str:
    """One step: a header with the action, and the diff if there is one."""
    if step.action is Action.UNCHANGED:
        return ""
    lines = [
        f"--- {environment}: {title(step.ref)}",
        f"+++ {_WORDS[step.action]}{_reason(step)}{_cost(step)}",
    ]
    lines.extend(map(_conflict_line, step.conflicts))
    if step.action is not Action.CONFLICT and (step.action is not Action.UNKNOWN or step.merged is not None):
        from dlctl.plan.view.hunks import unified  # imports difflib

        lines.extend(unified(_lines(step.live), _lines(step.merged)))
    return "\n".join(lines) + "\n"


def _cost(step: "MaskedStep") -> str:
    """What a change of an object that creates pods costs: `; no restart`."""
    cost = step.cost
    if cost is None or (not cost.pods and step.action is not Action.UPDATE):
        return ""
    if not cost.pods:
        return "; no restart"
    gpus = f" with {counted(cost.gpus, 'GPU')}" if cost.gpus else ""
    run = f", and the run since {cost.since} ends" if cost.since else ""
    restart = "pods restart: " if cost.restarts else ""
    return f"; {restart}{counted(cost.pods, 'pod')}{gpus} {'stops' if cost.pods == 1 else 'stop'}{run}"


def _conflict_line(conflict: "MaskedConflict") -> str:
    theirs, ours = (json.dumps(value, ensure_ascii=False) for value in (conflict.theirs, conflict.ours))
    since = f" since {conflict.since}" if conflict.since else ""
    return f"! {conflict.field}: {conflict.manager} has {theirs}{since}, this app has {ours}"


def _reason(step: "MaskedStep") -> str:
    hint = f" ({step.hint})" if step.hint else ""
    return " ".join(f": {step.reason}{hint}".split()) if step.reason else ""


def _lines(body: JsonObject | None) -> list[str]:
    from dlctl.yamlio.dump import dump

    return dump(_ordered(body, FIRST_KEYS)).splitlines() if body is not None else []


def _ordered(value: Any, first: tuple[str, ...] = ()) -> Any:
    """Mappings with sorted keys, identifying keys first, so that only values differ."""
    if isinstance(value, Mapping):
        keys = [key for key in first if key in value] + sorted(value.keys() - set(first))
        below = {"metadata": ("name", "namespace")} if first else {}
        return {key: _ordered(value[key], below.get(key, ())) for key in keys}
    return [_ordered(item) for item in value] if isinstance(value, list) else value


def object_diff(left: tuple[str, JsonObject | None], right: tuple[str, JsonObject | None]) -> str:
    """The diff of two masked objects under these titles; None is an object that is not there."""
    from dlctl.plan.view.hunks import unified

    (before, old), (after, new) = left, right
    lines = [f"--- {before}", f"+++ {after}", *unified(_lines(old), _lines(new))]
    return "\n".join(lines) + "\n"
