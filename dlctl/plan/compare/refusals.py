"""What a server's refusal of a dry run means for a plan, in words without secrets."""

import re
from collections.abc import Iterable

from dlctl.cluster.protocol import Resource
from dlctl.errors import ClusterError, Conflict, FieldConflict, Invalid
from dlctl.kinds import PROTECTED, wave_of
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.compare.compare import clean, compare
from dlctl.plan.compare.overlay import overlay
from dlctl.plan.model import Action, Step
from dlctl.plan.options import PlanOptions
from dlctl.redact import Redactor, secrets_of

_IMMUTABLE = re.compile(
    r"field is immutable|is immutable|may not be changed|may not change|cannot be changed|cannot change|"
    r"updates to .* are forbidden|updates to statefulset spec for fields other than"
)
"""How validation says so; there is no reason code of its own for it (apimachinery validation/objectmeta.go
`FieldImmutableErrorMsg`, and the kinds' own sentences in pkg/apis/*/validation)."""

_FIELD = re.compile(
    r"(?:^|is invalid: |[\[ ])([a-z][\w./\-]*(?:\[[^\]]*\][\w./\-]*)*): (?:Invalid|Forbidden)"
)


def refused(
    manifest: Manifest, resource: Resource, live: JsonObject, error: ClusterError, options: PlanOptions
) -> Step:
    """The step for an object whose dry run was refused with `error`."""
    if isinstance(error, Conflict) and error.conflicts:
        reason = f"other managers own fields of it: {conflict_text(error.conflicts)}"
        hint = "leave these fields out of the manifest, or take them over with --force-conflicts"
        return _step(Action.CONFLICT, manifest, resource, live, reason, hint)
    words = error_text(manifest, error)
    if isinstance(error, Invalid) and _IMMUTABLE.search(error.message):
        return _immutable(manifest, resource, live, error, options)
    action = Action.CONFLICT if isinstance(error, Conflict) else Action.UNKNOWN
    return _step(action, manifest, resource, live, words, error.hint or "")


def error_text(manifest: Manifest, error: ClusterError) -> str:
    """The server's message, without what the manifest's own Secret holds; views mask parameters."""
    return Redactor().with_values(secrets_of(manifest.body)).mask_text(error.message)


def conflict_text(conflicts: Iterable[FieldConflict]) -> str:
    """Managers with their fields: `kubectl owns .spec.replicas, .spec.paused`."""
    fields: dict[str, list[str]] = {}
    for conflict in conflicts:
        fields.setdefault(conflict.manager, []).append(conflict.field)
    return "; ".join(f"{manager} owns {', '.join(found)}" for manager, found in sorted(fields.items()))


def _immutable(
    manifest: Manifest, resource: Resource, live: JsonObject, error: Invalid, options: PlanOptions
) -> Step:
    fields = ", ".join(dict.fromkeys(_FIELD.findall(error.message))) or "a field"
    reason = f"{fields} cannot be changed in place"
    if manifest.ref.group_kind in PROTECTED:
        hint = "deleting such an object takes more with it: do it by hand where it is meant"
        return _step(Action.UNKNOWN, manifest, resource, live, reason, hint)
    if not options.replace:
        hint = "with --replace the object is deleted and created again"
        return _step(Action.UNKNOWN, manifest, resource, live, reason, hint)
    old, new = clean(live), overlay(clean(live), clean(manifest.body))
    return Step(
        Action.REPLACE,
        manifest.ref,
        wave_of(manifest.ref.group_kind),
        manifest=manifest,
        resource=resource,
        uid=str(live["metadata"].get("uid", "")),
        live=old,
        merged=new,
        changes=compare(old, new),
        reason=f"{reason}: deleted and created again",
    )


def _step(
    action: Action, manifest: Manifest, resource: Resource, live: JsonObject, reason: str, hint: str
) -> Step:
    return Step(
        action,
        manifest.ref,
        wave_of(manifest.ref.group_kind),
        manifest=manifest,
        resource=resource,
        uid=str(live["metadata"].get("uid", "")),
        live=clean(live),
        reason=reason,
        hint=hint,
    )
