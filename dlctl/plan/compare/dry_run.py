"""Server-side dry run of an apply."""

from dataclasses import replace

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Conflict, Forbidden, Invalid, NotFound, Unauthorized, Unreachable
from dlctl.kinds import wave_of
from dlctl.labels import APP_ID, annotations_of
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.compare.compare import clean, compare
from dlctl.plan.compare.overlay import overlay
from dlctl.plan.compare.ownership_change import ownership_differs, staying
from dlctl.plan.compare.refusals import refused
from dlctl.plan.compare.runs import of_a_run
from dlctl.plan.compare.take_over import (
    tried,
    without_dropped,
    without_taken_over,
    without_unstated,
)
from dlctl.plan.field_managers import FieldManagers
from dlctl.plan.live.managed_fields import (
    applied_fields,
    applying_manager,
    earlier_managers,
    fields_of_others,
    whole_managers,
)
from dlctl.plan.model import Action, Step
from dlctl.plan.options import PlanOptions
from dlctl.secret_fields import SECRET_FIELDS
from dlctl.text import listed

LOOKS = 3
"""Attempts to compare an object that others keep changing; then the last comparison is used."""

OWNERSHIP = "values are unchanged; only field ownership changes"


def dry_run(
    cluster: Cluster,
    manifest: Manifest,
    resource: Resource,
    live: JsonObject,
    managers: FieldManagers,
    options: PlanOptions,
) -> Step:
    """The step for an existing object; a rejection is a step too, not an error.

    If `live` is older than the object of the dry run, it is read again, so that changes by others do not
    look like ours. Where an earlier manager of the target applied the object, the dry run is made in its
    name, since an apply takes over its fields first. Raises Unreachable and Unauthorized, which do not
    depend on the object.
    """
    manager = applying_manager(live, managers)
    body = as_applied_by(manifest, live, manager, managers)
    taken = whole_managers(live) if options.adopt else ()
    try:
        for _ in range(LOOKS):
            merged = _tried(cluster, resource, live, body, manager, taken, options)
            step = compared(replace(manifest, body=body), resource, live, merged, manager)
            if step.action is Action.UNCHANGED or _version(live) == _version(merged):
                break
            live = _seen_again(cluster, manifest, resource, live)
    except (Unreachable, Unauthorized):
        raise
    except ClusterError as error:
        return refused(manifest, resource, live, error, options)
    step = replace(
        step,
        manifest=manifest,
        reason=_with_taken_over(step.reason, taken),
        hint=step.hint or _adopting(step, live, taken),
        earlier_managers=(*earlier_managers(live, managers), *taken),
        lists_secrets=other_fields(manifest, live),
    )
    return of_a_run(step, live, options)


def _tried(
    cluster: Cluster,
    resource: Resource,
    live: JsonObject,
    body: JsonObject,
    manager: str,
    taken: tuple[str, ...],
    options: PlanOptions,
) -> JsonObject:
    """The object after an apply, by dry runs; fields of `taken` managers are the manager's own by then."""

    def send(*, force: bool) -> JsonObject:
        return cluster.apply(resource, body, dry_run=True, force=force, field_manager=manager)

    if not taken:
        return send(force=options.force_conflicts)
    try:
        merged = send(force=options.force_conflicts)
    except Conflict as error:
        others = tuple(each for each in error.conflicts if each.manager not in taken)
        if others or not error.conflicts:
            raise Conflict(error.message, conflicts=others, hint=error.hint) from error
        merged = send(force=True)
    except Invalid:
        # What goes is still there, and may not stand beside what comes: two ports of one name.
        kept = without_unstated(live, body, manager)
        return tried(cluster, resource, live, overlay(kept, clean(body)))
    version = str(body["apiVersion"])
    return tried(cluster, resource, live, without_taken_over(merged, live, version, manager))


def _with_taken_over(reason: str, taken: tuple[str, ...]) -> str:
    if not taken:
        return reason
    words = f"takes over the fields of {listed(taken)}"
    return (
        f"{words}; values are unchanged" if reason == OWNERSHIP else "; ".join(filter(None, (words, reason)))
    )


def _adopting(step: Step, live: JsonObject, taken: tuple[str, ...]) -> str:
    """What to do where a field stays because a manager that applied a whole manifest owns it."""
    owners = [name for name in whole_managers(live) if f" stays: {name} owns it" in step.reason]
    return f"pass --adopt to take over the fields of {listed(owners)}" if owners and not taken else ""


def as_applied_by(manifest: Manifest, live: JsonObject, manager: str, managers: FieldManagers) -> JsonObject:
    """What to compare with the object that `manager` applied.

    Earlier managers did not write the annotation with the app's id: that it is added is no difference. Nor
    is another annotation with the places of secrets, which is written at the next apply.
    """
    annotations = annotations_of(manifest.body)
    kept = dict(annotations)
    if manager != managers.current:
        kept.pop(APP_ID, None)
    if other_fields(manifest, live):
        kept.pop(SECRET_FIELDS, None)
        if _owns_list(live, manager):
            kept[SECRET_FIELDS] = annotations_of(live).get(SECRET_FIELDS)
    if kept == annotations:
        return manifest.body
    metadata = {key: value for key, value in manifest.body["metadata"].items() if key != "annotations"}
    return {**manifest.body, "metadata": {**metadata, **({"annotations": kept} if kept else {})}}


def _owns_list(live: JsonObject, manager: str) -> bool:
    """Whether `manager` owns the annotation with the places of secrets."""
    metadata = (applied_fields(live, manager) or {}).get("f:metadata") or {}
    return f"f:{SECRET_FIELDS}" in (metadata.get("f:annotations") or {})


def other_fields(manifest: Manifest, live: JsonObject) -> bool:
    """Whether an object's annotation lists other places of secrets than that of the manifest."""
    return annotations_of(manifest.body).get(SECRET_FIELDS) != annotations_of(live).get(SECRET_FIELDS)


def _seen_again(cluster: Cluster, manifest: Manifest, resource: Resource, live: JsonObject) -> JsonObject:
    try:
        return cluster.get(resource, manifest.ref.name, manifest.ref.namespace)
    except (NotFound, Forbidden):
        return live


def _version(body: JsonObject) -> str:
    """The resourceVersion of an object; a dry run returns the version that it started from."""
    return str(body["metadata"].get("resourceVersion", ""))


def compared(
    manifest: Manifest, resource: Resource, live: JsonObject, merged: JsonObject, manager: str
) -> Step:
    """The step that changes `live` to `merged`, in the name of `manager`."""
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
    )


def adopted(
    cluster: Cluster, manifest: Manifest, resource: Resource, managers: FieldManagers, options: PlanOptions
) -> Step:
    """The step for an unmanaged object that may be adopted."""
    try:
        live = cluster.get(resource, manifest.ref.name, manifest.ref.namespace)
    except NotFound:
        return created(manifest, resource)
    except Forbidden as error:
        return refused(manifest, resource, {"metadata": {}}, error, options)
    return dry_run(cluster, manifest, resource, live, managers, options)


def estimated(manifest: Manifest, resource: Resource, live: JsonObject) -> Step:
    """The step for an object whose version of the kind is defined in this plan, without a dry run."""
    old = clean(live)
    new = overlay(clean(without_dropped(live, manifest.body)), clean(manifest.body))
    return Step(
        Action.UPDATE,
        manifest.ref,
        wave_of(manifest.ref.group_kind),
        manifest=manifest,
        resource=resource,
        uid=str(live["metadata"].get("uid", "")),
        live=old,
        merged=new,
        changes=compare(old, new),
        reason="estimate: this version of its kind is defined in this plan",
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


def checked(
    cluster: Cluster, manifest: Manifest, resource: Resource, manager: str, options: PlanOptions
) -> Step:
    """The step for an object that does not exist, after a dry run; a rejection is a step, too."""
    try:
        cluster.apply(resource, manifest.body, dry_run=True, field_manager=manager, creating=True)
    except (Unreachable, Unauthorized):
        raise
    except ClusterError as error:
        return refused(manifest, resource, {"metadata": {}}, error, options)
    return replace(created(manifest, resource), unchecked=False)
