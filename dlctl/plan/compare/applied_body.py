"""The body to compare with an object that a manager of the target applied."""

from dlctl.labels import APP_ID, annotations_of
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.field_managers import FieldManagers
from dlctl.plan.live.managed_fields import applied_fields
from dlctl.secret_fields import SECRET_FIELDS


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
