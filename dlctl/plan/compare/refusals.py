"""Turn rejections of dry runs into steps, with masked messages."""

from collections.abc import Iterable

from msgspec.structs import replace

from dlctl.cluster.protocol import Resource
from dlctl.errors import ClusterError, Conflict, FieldConflict, Forbidden, Invalid, NotFound, UnknownKind
from dlctl.kinds import PROTECTED, wave_of
from dlctl.manifest import JsonObject, Manifest
from dlctl.pattern import pattern
from dlctl.plan.compare.answers import allows_replace
from dlctl.plan.compare.compare import clean
from dlctl.plan.compare.items_of_others import items_beside
from dlctl.plan.compare.overlay import overlay
from dlctl.plan.compare.steps import refused_change, replaced
from dlctl.plan.live.managed_fields import field_entries
from dlctl.plan.model import BLOCKING, Action, FieldOwner, Step
from dlctl.plan.options import PlanOptions
from dlctl.redact import Redactor, secrets_of
from dlctl.status import ended_run

_IMMUTABLE = pattern(
    r"field is immutable|is immutable|may not be changed|may not change|cannot be changed|cannot change|"
    r"updates to .* are forbidden|updates to statefulset spec for fields other than|"
    r"only status updates are allowed|no updates are allowed"
)
"""Messages of validation about immutable fields; there is no reason code for them (apimachinery
validation/objectmeta.go `FieldImmutableErrorMsg`, and the kinds' messages in pkg/apis/*/validation); the last
ones are Tekton's, of runs that have begun."""

_BY_POLICY = pattern(r"denied (?:the )?request")
"""A refusal by a webhook or a policy, which many send as Forbidden; RBAC has other words."""

_FIELD = pattern(r"(?:^|is invalid: |[\[ ])([a-z][\w./\-]*(?:\[[^\]]*\][\w./\-]*)*): (?:Invalid|Forbidden)")

_REJECTIONS = (Conflict, Invalid, Forbidden, NotFound, UnknownKind)
"""Errors by which a server says that it would not do it; any other leaves open what would change."""


def refused(
    manifest: Manifest,
    resource: Resource,
    live: JsonObject,
    error: ClusterError,
    options: PlanOptions,
    manager: str = "",
) -> Step:
    """The step for an object whose dry run, by `manager`, was rejected with `error`.

    Its hint names the patches that set the fields which were refused.
    """
    step = _refused(manifest, resource, live, error, options, manager)
    if step.action in BLOCKING and manifest.patches and isinstance(error, Conflict | Invalid):
        from dlctl.plan.compare.patched_fields import naming_patches

        return replace(step, hint=naming_patches(manifest, error, step.hint))
    return step


def _refused(
    manifest: Manifest,
    resource: Resource,
    live: JsonObject,
    error: ClusterError,
    options: PlanOptions,
    manager: str,
) -> Step:
    if isinstance(error, Conflict) and error.conflicts:
        reason = f"other field managers own fields: {conflict_text(error.conflicts)}"
        hint = (
            "pass --force-conflicts to take them over, remove them from the manifest to leave them, "
            "or set the same values to share them"
        )
        step = _step(Action.CONFLICT, manifest, resource, live, reason, hint)
        merged = overlay(clean(live), clean(manifest.body))
        times = {manager: time for manager, time, _ in field_entries(live)}
        owners = (
            FieldOwner(each.manager, each.field, times.get(each.manager, "")) for each in error.conflicts
        )
        return replace(step, conflicts=tuple(owners), merged=merged)
    beside = items_beside(manifest, live, manager, error) if isinstance(error, Invalid) else None
    if beside is not None:
        step = _step(Action.CONFLICT, manifest, resource, live, beside.reason, beside.hint)
        return replace(step, conflicts=beside.owners, merged=overlay(clean(live), clean(manifest.body)))
    message = error_text(manifest, error)
    if _is_immutable(error):
        return _immutable(manifest, resource, live, error, options)
    action = Action.CONFLICT if isinstance(error, Conflict) else Action.UNKNOWN
    step = _step(action, manifest, resource, live, message, error.hint or "")
    return step if isinstance(error, _REJECTIONS) else replace(step, failed=True)


def error_text(manifest: Manifest, error: ClusterError) -> str:
    """The server's message, with the values of the manifest's Secret masked; views mask parameters."""
    return Redactor().with_values(secrets_of(manifest.body)).mask_message(error.message)


def conflict_text(conflicts: Iterable[FieldConflict]) -> str:
    """Managers with their fields: `kubectl owns .spec.replicas, .spec.paused`."""
    fields: dict[str, list[str]] = {}
    for conflict in conflicts:
        fields.setdefault(conflict.manager, []).append(conflict.field)
    return "; ".join(f"{manager} owns {', '.join(found)}" for manager, found in sorted(fields.items()))


def _is_immutable(error: ClusterError) -> bool:
    text = error.whole or error.message
    judged = isinstance(error, Invalid) or (isinstance(error, Forbidden) and _BY_POLICY.search(text))
    return bool(judged and _IMMUTABLE.search(text))


def _immutable(
    manifest: Manifest, resource: Resource, live: JsonObject, error: ClusterError, options: PlanOptions
) -> Step:
    fields = ", ".join(dict.fromkeys(_FIELD.findall(error.whole or error.message))) or "a field"
    ended = ended_run(live, options.rules)
    reason = f"it has finished ({ended.how}), and " if ended else ""
    reason = f"{reason}{fields} cannot be changed in place"
    if manifest.ref.group_kind in PROTECTED:
        hint = "deleting this object also deletes the objects or data in it: do it manually if intended"
        return refused_change(manifest, resource, live, reason, hint)
    if not (options.replace or allows_replace(manifest)):
        hint = f"pass --replace to delete and recreate the object{', which runs it again' if ended else ''}"
        return refused_change(manifest, resource, live, reason, hint)
    return replaced(manifest, resource, live, reason)


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
