"""Prepare manifests for sending."""

import base64
from collections.abc import Mapping

from msgspec.structs import replace

from dlctl.errors import PlanError
from dlctl.labels import labels_of
from dlctl.manifest import Manifest
from dlctl.plan.applyset import PART_OF_SET
from dlctl.redact import is_secret


def prepare(manifest: Manifest, set_id: str) -> Manifest:
    """The manifest as it is sent: with the label of its ApplySet, and `stringData` of a Secret as `data`.

    Raises PlanError for a manifest that states the label itself.
    """
    return with_data(_labelled(manifest, set_id))


def _labelled(manifest: Manifest, set_id: str) -> Manifest:
    stated = labels_of(manifest.body)
    if PART_OF_SET in stated:
        from dlctl.render.patched_fields import field_place

        raise PlanError(
            f"{manifest.ref} has label {PART_OF_SET}, which dlctl sets itself",
            location=field_place(manifest, ("metadata", "labels", PART_OF_SET)),
            hint="remove the label from the template or patch",
        )
    metadata = {**manifest.body["metadata"], "labels": {**stated, PART_OF_SET: set_id}}
    return replace(manifest, body={**manifest.body, "metadata": metadata})


def with_data(manifest: Manifest) -> Manifest:
    """Convert a Secret's `stringData` to `data`; other objects are not changed.

    The server stores only `data`, but records the ownership of `stringData`. A key that is later removed
    from `stringData` would stay in the Secret, and unchanged Secrets could not be detected.
    """
    texts = manifest.body.get("stringData")
    if not is_secret(manifest.body) or not isinstance(texts, Mapping):
        return manifest
    data = manifest.body.get("data") or {}
    if not isinstance(data, Mapping) or not all(isinstance(text, str) for text in texts.values()):
        return manifest
    encoded = {key: base64.b64encode(text.encode("utf-8")).decode("ascii") for key, text in texts.items()}
    body = {key: value for key, value in manifest.body.items() if key != "stringData"}
    return replace(manifest, body={**body, "data": {**data, **encoded}})
