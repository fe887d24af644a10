"""Prepare manifests for sending."""

import base64
from collections.abc import Mapping

from msgspec.structs import replace

from dlctl.manifest import Manifest
from dlctl.redact import is_secret


def prepare(manifest: Manifest) -> Manifest:
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
