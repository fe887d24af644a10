"""Descriptors and manifests of the OCI image specification, read from JSON that may be anything."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from dlctl.app.package_keys import DIGEST
from dlctl.errors import RegistryError

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
_MAX_ANNOTATIONS = 64


class Descriptor(Struct, frozen=True):
    """What names a blob or manifest: its media type, digest and size."""

    media_type: str
    digest: str
    size: int
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        """Its JSON form."""
        found: dict[str, Any] = {"mediaType": self.media_type, "digest": self.digest, "size": self.size}
        return {**found, "annotations": dict(self.annotations)} if self.annotations else found


class Manifest(Struct, frozen=True):
    """A manifest or index: its bytes, the digest over them, and the JSON in them."""

    data: bytes
    digest: str
    document: Mapping[str, Any]

    @property
    def media_type(self) -> str:
        """The media type that it states."""
        found = self.document.get("mediaType")
        return found if isinstance(found, str) else ""

    @property
    def artifact_type(self) -> str:
        """The type of the artifact."""
        found = self.document.get("artifactType")
        return found if isinstance(found, str) else ""

    @property
    def annotations(self) -> dict[str, str]:
        """Its annotations, without those that are no text."""
        return annotations_of(self.document)

    def descriptor(self) -> Descriptor:
        """What names it, with its own annotations."""
        return Descriptor(self.media_type, self.digest, len(self.data), self.annotations)

    def descriptors(self, key: str, shown: str) -> tuple[Descriptor, ...]:
        """The descriptors in a list of it, such as `layers`. Raises RegistryError."""
        listed = self.document.get(key)
        if not isinstance(listed, Sequence) or isinstance(listed, str):
            raise RegistryError(f"{shown}: '{key}' of the manifest is not a list")
        return tuple(_descriptor(each, shown) for each in listed)


def digest_of(data: bytes) -> str:
    """The digest of bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def encoded(document: Mapping[str, Any]) -> bytes:
    """JSON with the same bytes for equal values."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def manifest_of(data: bytes, shown: str) -> Manifest:
    """The manifest in an answer. Raises RegistryError if it is none."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise RegistryError(f"{shown}: the response is not a manifest") from error
    if not isinstance(document, dict):
        raise RegistryError(f"{shown}: the response is not a manifest")
    return Manifest(data, digest_of(data), document)


def read_tags(data: bytes, shown: str) -> list[str]:
    """The tags in an answer, without those that are no text. Raises RegistryError if it is no list."""
    try:
        listed = json.loads(data)["tags"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise RegistryError(f"{shown}: the response is not a list of tags") from error
    return [tag for tag in listed if isinstance(tag, str)] if isinstance(listed, list) else []


def annotations_of(document: Mapping[str, Any]) -> dict[str, str]:
    """The annotations in a document that are text."""
    found = document.get("annotations")
    if not isinstance(found, Mapping) or len(found) > _MAX_ANNOTATIONS:
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _descriptor(document: Any, shown: str) -> Descriptor:
    if not isinstance(document, Mapping):
        raise RegistryError(f"{shown}: a descriptor in the manifest is not an object")
    kind, digest, size = (document.get(key) for key in ("mediaType", "digest", "size"))
    if not isinstance(kind, str) or not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise RegistryError(f"{shown}: a descriptor in the manifest has no SHA-256 digest")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise RegistryError(f"{shown}: a descriptor in the manifest has no size")
    return Descriptor(kind, digest, size, annotations_of(document))
