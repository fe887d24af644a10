"""Manifests as they are sent."""

import base64
from collections.abc import Mapping
from dataclasses import replace

from dlctl.manifest import Manifest
from dlctl.redact import is_secret


def prepare(manifest: Manifest) -> Manifest:
    """A Secret's `stringData` goes as `data`; every other object goes as it is.

    The server stores `data` only, but remembers that `stringData` was stated. A key that is later
    dropped from there would stay in the Secret for good, and nothing could tell that it is unchanged.
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
