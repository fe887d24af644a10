"""Server-side dry run of an apply."""

from dataclasses import replace

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Forbidden, NotFound, Unauthorized, Unreachable
from dlctl.kinds import wave_of
from dlctl.labels import APP_ID, annotations_of
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.compare.compare import clean, compare
from dlctl.plan.compare.overlay import overlay
from dlctl.plan.compare.ownership_change import ownership_differs
from dlctl.plan.compare.refusals import refused
from dlctl.plan.compare.runs import of_a_run
from dlctl.plan.field_managers import FieldManagers
from dlctl.plan.live.managed_fields import applied_fields, applying_manager, earlier_managers
from dlctl.plan.model import Action, Step
from dlctl.plan.options import PlanOptions
from dlctl.secret_fields import SECRET_FIELDS

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
    try:
        for _ in range(LOOKS):
            merged = cluster.apply(
                resource, body, dry_run=True, force=options.force_conflicts, field_manager=manager
            )
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
        earlier_managers=earlier_managers(live, managers),
        lists_secrets=other_fields(manifest, live),
    )
    return of_a_run(step, live, options)


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
        reason="" if changes else OWNERSHIP,
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
    old, new = clean(live), overlay(clean(live), clean(manifest.body))
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
    )
