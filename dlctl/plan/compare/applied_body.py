"""The body to compare with an object that a manager of the target applied."""

from dlctl.labels import APP_ID, CHANGED_RUN, annotations_of, labels_of
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.applyset import PART_OF_SET
from dlctl.plan.field_managers import FieldManagers
from dlctl.plan.live.managed_fields import applied_fields
from dlctl.secret_fields import SECRET_FIELDS


def as_applied_by(manifest: Manifest, live: JsonObject, manager: str, managers: FieldManagers) -> JsonObject:
    """What to compare with the object that `manager` applied.

    Apps without an id did not write the annotation with it: that it is added is no difference. Nor is another
    annotation with the places of secrets, or that the label of the ApplySet is missing: both are written at
    the next apply. Nor is the annotation of a run that was changed after it had begun.
    """
    body = _annotated(manifest, live, manager, managers)
    return _without_label(body) if lacks_set(manifest, live) else body


def _without_label(body: JsonObject) -> JsonObject:
    labels = {key: value for key, value in labels_of(body).items() if key != PART_OF_SET}
    metadata = {key: value for key, value in body["metadata"].items() if key != "labels"}
    return {**body, "metadata": {**metadata, **({"labels": labels} if labels else {})}}


def lacks_set(manifest: Manifest, live: JsonObject) -> bool:
    """Whether an object has no label of any ApplySet, which the manifest has."""
    return PART_OF_SET in labels_of(manifest.body) and PART_OF_SET not in labels_of(live)


def _annotated(manifest: Manifest, live: JsonObject, manager: str, managers: FieldManagers) -> JsonObject:
    """The manifest's body with the annotations that count for a comparison."""
    annotations = annotations_of(manifest.body)
    kept = dict(annotations)
    if manager != managers.current and not _owns(live, manager, APP_ID):
        kept.pop(APP_ID, None)
    if other_fields(manifest, live):
        kept.pop(SECRET_FIELDS, None)
        if _owns(live, manager, SECRET_FIELDS):
            kept[SECRET_FIELDS] = annotations_of(live).get(SECRET_FIELDS)
    if _owns(live, manager, CHANGED_RUN):
        kept[CHANGED_RUN] = annotations_of(live).get(CHANGED_RUN)
    if kept == annotations:
        return manifest.body
    metadata = {key: value for key, value in manifest.body["metadata"].items() if key != "annotations"}
    return {**manifest.body, "metadata": {**metadata, **({"annotations": kept} if kept else {})}}


def _owns(live: JsonObject, manager: str, annotation: str) -> bool:
    """Whether `manager` owns an annotation."""
    metadata = (applied_fields(live, manager) or {}).get("f:metadata") or {}
    return f"f:{annotation}" in (metadata.get("f:annotations") or {})


def other_fields(manifest: Manifest, live: JsonObject) -> bool:
    """Whether an object's annotation lists other places of secrets than that of the manifest."""
    return annotations_of(manifest.body).get(SECRET_FIELDS) != annotations_of(live).get(SECRET_FIELDS)
