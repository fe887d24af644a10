"""Plans as items of a `PlanList`, with secrets masked."""

from collections.abc import Mapping
from typing import Any

from dlctl.manifest import ObjectRef
from dlctl.plan.compare.compare import compare
from dlctl.plan.model import Action, Cost, FieldChange, Leftover, Scope
from dlctl.plan.requirements import MissingRequirement
from dlctl.plan.view.masked_plan import MaskedPlan, MaskedStep


def plan_report(plan: MaskedPlan) -> dict[str, Any]:
    """A plan: target, number of steps by action, all steps, notes, and missing kinds."""
    return {
        "scope": scope_report(plan.scope),
        "cluster": {"id": plan.identity.uid, "server": plan.identity.server, "weak": plan.identity.weak},
        "differs": plan.differs,
        "counts": {action.value: count for action, count in plan.counts.items()},
        "steps": [step_report(step) for step in plan.steps],
        "leftovers": [_leftover(left) for left in plan.staying],
        "notes": list(plan.notes),
        "missing": [_missing(kind, plan.scope.environment) for kind in plan.missing],
    }


def _leftover(left: Leftover) -> dict[str, Any]:
    return {
        "object": ref_report(left.ref),
        "component": left.component,
        "state": left.state.value,
        "reason": left.reason,
    }


def _missing(kind: MissingRequirement, environment: str) -> dict[str, Any]:
    return {
        "apiVersion": kind.api_version,
        "kind": kind.kind,
        "components": list(kind.components),
        "provider": kind.provider,
        "served": list(kind.served),
        "message": kind.sentence(environment),
        "hint": kind.hint,
    }


def scope_report(scope: Scope) -> dict[str, Any]:
    """The target of a report."""
    return {
        "app": scope.app,
        "environment": scope.environment,
        "namespace": scope.namespace,
        "components": sorted(scope.components) if scope.components is not None else None,
    }


def ref_report(ref: ObjectRef) -> dict[str, str]:
    """An object's identity."""
    return {"group": ref.group, "kind": ref.kind, "namespace": ref.namespace, "name": ref.name}


def step_report(step: MaskedStep) -> dict[str, Any]:
    """One step; `changes` lists the changed fields of an existing object, masked."""
    live, merged = step.live, step.merged
    compared = live is not None and merged is not None and step.action is not Action.CONFLICT
    changes = compare(live, merged) if compared else ()
    return {
        "action": step.action.value,
        "object": ref_report(step.ref),
        "apiVersion": step.api_version,
        "component": step.component,
        "wave": step.wave,
        "changes": [_change(change.op, change.pointer, change.old, change.new) for change in changes],
        "reason": step.reason,
        "hint": step.hint,
        "unchecked": step.unchecked,
        "cost": _cost(step.cost) if step.cost else None,
        "conflicts": [
            {
                "field": each.field,
                "manager": each.manager,
                "since": each.since or None,
                "theirs": each.theirs,
                "ours": each.ours,
            }
            for each in step.conflicts
        ],
    }


def _cost(cost: Cost) -> dict[str, Any]:
    return {
        "pods": cost.pods,
        "gpus": cost.gpus,
        "since": cost.since or None,
        "restarts": cost.restarts,
    }


def change_report(change: FieldChange) -> Mapping[str, Any]:
    """A field that differs; its values must be masked."""
    return _change(change.op, change.pointer, change.old, change.new)


def _change(op: str, pointer: str, old: Any, new: Any) -> Mapping[str, Any]:
    return {"op": op, "path": pointer, "old": old, "new": new}
