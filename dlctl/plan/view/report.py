"""A plan as an item of a `PlanList`, for scripts; its secrets are masked."""

from collections.abc import Mapping
from typing import Any

from dlctl.manifest import ObjectRef
from dlctl.plan.compare.compare import compare
from dlctl.plan.model import Action, Plan, Scope, Step
from dlctl.plan.requirements import MissingRequirement
from dlctl.plan.view.masked import mask_step
from dlctl.redact import Redactor


def plan_report(plan: Plan, redactor: Redactor | None = None) -> dict[str, Any]:
    """A plan: whose it is, how many steps of each action, every step, notes, kinds that are missing."""
    masking = redactor or Redactor()
    return {
        "scope": scope_report(plan.scope),
        "cluster": {"id": plan.identity.uid, "server": plan.identity.server, "weak": plan.identity.weak},
        "differs": plan.differs,
        "counts": {action.value: plan.count(action) for action in Action},
        "steps": [step_report(step, masking) for step in plan.steps],
        "notes": [masking.mask_text(note) for note in plan.notes],
        "missing": [_missing(kind, plan.scope.environment) for kind in plan.missing],
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
    """Which target a report is about."""
    return {
        "app": scope.app,
        "environment": scope.environment,
        "namespace": scope.namespace,
        "components": sorted(scope.components) if scope.components is not None else None,
    }


def ref_report(ref: ObjectRef) -> dict[str, str]:
    """An object's identity."""
    return {"group": ref.group, "kind": ref.kind, "namespace": ref.namespace, "name": ref.name}


def step_report(step: Step, redactor: Redactor) -> dict[str, Any]:
    """One step; `changes` lists the fields of an object that exists, masked."""
    live, merged = mask_step(step, redactor)
    changes = compare(live, merged) if live is not None and merged is not None else ()
    return {
        "action": step.action.value,
        "object": ref_report(step.ref),
        "apiVersion": step.manifest.api_version if step.manifest else "",
        "component": step.manifest.component if step.manifest else "",
        "wave": step.wave,
        "changes": [_change(change.op, change.pointer, change.old, change.new) for change in changes],
        "reason": redactor.mask_text(step.reason),
        "hint": redactor.mask_text(step.hint),
    }


def _change(op: str, pointer: str, old: Any, new: Any) -> Mapping[str, Any]:
    return {"op": op, "path": pointer, "old": old, "new": new}
