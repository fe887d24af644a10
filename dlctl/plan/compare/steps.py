"""Steps for objects that exist, or do not, by what an apply would make of them."""

from msgspec.structs import replace

from dlctl.cluster.protocol import Resource
from dlctl.kinds import wave_of
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.compare.compare import clean, compare
from dlctl.plan.live.managed_fields import applied_fields, fields_of_others
from dlctl.plan.model import Action, Step

OWNERSHIP = "values are unchanged; only field ownership changes"


def compared(
    manifest: Manifest, resource: Resource, live: JsonObject, merged: JsonObject, manager: str
) -> Step:
    """The step that changes `live` to `merged`, in the name of `manager`."""
    from dlctl.plan.compare.ownership_change import ownership_differs, staying

    old, new = clean(live), clean(merged)
    changes = compare(old, new)
    wave, uid = wave_of(manifest.ref.group_kind), str(live["metadata"].get("uid", ""))
    owned = applied_fields(live, manager), applied_fields(merged, manager)
    if not changes and not ownership_differs(manifest.body, *owned):
        return unchanged(manifest, resource, live)
    stays = staying(*owned, merged, fields_of_others(merged, manager, with_whole=True))
    return Step(
        Action.UPDATE,
        manifest.ref,
        wave,
        manifest=manifest,
        resource=resource,
        uid=uid,
        version=str(live["metadata"].get("resourceVersion", "")),
        live=old,
        merged=new,
        changes=changes,
        reason="; ".join(stays) or ("" if changes else OWNERSHIP),
    )


def unchanged(manifest: Manifest, resource: Resource, live: JsonObject) -> Step:
    """The step for an unchanged object; it has neither `live` nor `merged`."""
    return Step(
        Action.UNCHANGED,
        manifest.ref,
        wave_of(manifest.ref.group_kind),
        manifest=manifest,
        resource=resource,
        uid=str(live["metadata"].get("uid", "")),
        version=str(live["metadata"].get("resourceVersion", "")),
    )


def estimated(manifest: Manifest, resource: Resource, live: JsonObject) -> Step:
    """The step for an object whose version of the kind is defined in this plan, without a dry run."""
    reason = "estimate: this version of its kind is defined in this plan"
    return _without_dry_run(Action.UPDATE, manifest, resource, live, reason)


def replaced(manifest: Manifest, resource: Resource, live: JsonObject, reason: str) -> Step:
    """The step that deletes an object and creates it again; `reason` says why it is not changed in place."""
    lost = "; the data of its claims is lost" if _deletes_claims(live) else ""
    return _without_dry_run(Action.REPLACE, manifest, resource, live, f"{reason}: delete and recreate{lost}")


def refused_change(manifest: Manifest, resource: Resource, live: JsonObject, reason: str, hint: str) -> Step:
    """The step for a change that the server would not make; it has the change all the same."""
    return replace(_without_dry_run(Action.UNKNOWN, manifest, resource, live, reason), hint=hint)


def _deletes_claims(live: JsonObject) -> bool:
    """Whether claims are deleted with an object: those of a StatefulSet that asks for it."""
    spec = live.get("spec") or {}
    policy = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    return bool(spec.get("volumeClaimTemplates")) and policy.get("whenDeleted") == "Delete"


def _without_dry_run(
    action: Action, manifest: Manifest, resource: Resource, live: JsonObject, reason: str
) -> Step:
    """A step whose new state is an estimate."""
    from dlctl.plan.compare.overlay import overlay
    from dlctl.plan.compare.take_over import without_dropped

    old = clean(live)
    new = overlay(clean(without_dropped(live, manifest.body)), clean(manifest.body))
    return Step(
        action,
        manifest.ref,
        wave_of(manifest.ref.group_kind),
        manifest=manifest,
        resource=resource,
        uid=str(live["metadata"].get("uid", "")),
        version=str(live["metadata"].get("resourceVersion", "")),
        live=old,
        merged=new,
        changes=compare(old, new),
        reason=reason,
    )


def created(manifest: Manifest, resource: Resource | None, note: str = "") -> Step:
    """The step for an object that does not exist."""
    return Step(
        Action.CREATE,
        manifest.ref,
        wave_of(manifest.ref.group_kind),
        manifest=manifest,
        resource=resource,
        merged=clean(manifest.body),
        reason=note,
        unchecked=True,
    )
